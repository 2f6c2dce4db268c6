import { useApplyAsVendor } from "@/api/vendor/applyAsVendor";
import { useOwnShop } from "@/api/vendor/getOwnShop";
import type { OwnShop } from "@/api/vendor/types";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import { Icon, type IconName } from "@/ui/Icon";
import { Empty, Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useState } from "react";
import OrdersPage from "./OrdersPage";
import { type Details, DetailsFields, detailsErrors, type Front, frontBody, frontErrors, FrontFields, NO_DETAILS, NO_FRONT } from "./ShopFields";

/** For who does not sell yet: an application, or what became of it. */
export default function ApplyPage() {
  const { t } = useI18n();
  useTitle(t("vendor.apply"));
  const shop = useOwnShop();
  const [editing, setEditing] = useState(false);
  return (
    <div className="wrap max-w-3xl">
      {shop.isPending && (
        <Loading className="grid gap-4 py-10">
          <Skeleton className="h-10 w-64" />
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {shop.isError && <Failed page error={shop.error} retry={() => void shop.refetch()} />}
      {shop.data?.status === "SUSPENDED" && (
        <>
          <Empty page icon="lock" title={t("vendor.suspended")} text={shop.data.reason} />
          <p className="mb-6 text-center text-muted">{t("vendor.suspended.orders")}</p>
          <OrdersPage />
        </>
      )}
      {shop.data?.status === "APPLIED" && !editing && (
        <Empty page icon="check" title={t("vendor.applied")} text={t("vendor.applied.text", { name: shop.data.shopName })}>
          <Button look="plain" onClick={() => setEditing(true)}>
            {t("vendor.applied.change")}
          </Button>
        </Empty>
      )}
      {shop.isSuccess && (shop.data === null || shop.data.status === "DECLINED" || editing) && (
        <Application shop={shop.data} onDone={() => setEditing(false)} />
      )}
    </div>
  );
}

const REASONS: readonly [IconName, "vendor.why.reach" | "vendor.why.fair" | "vendor.why.desk"][] = [
  ["globe", "vendor.why.reach"],
  ["card", "vendor.why.fair"],
  ["box", "vendor.why.desk"],
];

function Application({ shop, onDone }: { shop: OwnShop | null; onDone: () => void }) {
  const { t } = useI18n();
  const apply = useApplyAsVendor();
  const [front, setFront] = useState<Front>(() =>
    shop ? { shopName: shop.shopName, description: shop.description, logoUrl: shop.logoUrl ?? "" } : NO_FRONT,
  );
  const [details, setDetails] = useState<Details>(NO_DETAILS);
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <>
      <h1 className="pt-8 text-4xl md:text-5xl">{t("vendor.apply")}</h1>
      <p className="mt-3 max-w-prose text-lg text-muted">{t("vendor.apply.text")}</p>
      <ul className="my-8 grid gap-4 sm:grid-cols-3">
        {REASONS.map(([icon, key]) => (
          <li key={key} className="flex items-center gap-3 sm:grid sm:justify-items-start">
            <span className="grid size-11 shrink-0 place-items-center rounded-full bg-lilac">
              <Icon name={icon} />
            </span>
            <span className="font-semibold">{t(key)}</span>
          </li>
        ))}
      </ul>
      {shop?.status === "DECLINED" && (
        <div className="mb-6">
          <Notice tone="warn">
            {t("vendor.declined")} {shop.reason}
          </Notice>
        </div>
      )}
      <Form
        className="card p-6 sm:p-8"
        action={t("vendor.apply.action")}
        busy={apply.isPending}
        error={apply.error}
        onErrors={setErrors}
        check={() => ({ ...frontErrors(front, t), ...detailsErrors(details, t) })}
        onSubmit={() =>
          apply.mutateAsync({ ...frontBody(front), payout: details }).then(
            () => {
              toast(t("vendor.apply.done"));
              onDone();
              document.getElementById("main")?.focus({ preventScroll: true });
            },
            () => undefined, // said by the form
          )
        }
      >
        <h2 className="text-2xl">{t("vendor.shop")}</h2>
        <FrontFields value={front} errors={errors} onChange={setFront} />
        <h2 className="mt-4 text-2xl">{t("vendor.payout")}</h2>
        <p className="-mt-2 text-muted">{t("vendor.payout.text")}</p>
        <DetailsFields value={details} errors={errors} onChange={setDetails} />
      </Form>
    </>
  );
}
