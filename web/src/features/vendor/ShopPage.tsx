import { useOwnShop } from "@/api/vendor/getOwnShop";
import type { OwnShop } from "@/api/vendor/types";
import { useUpdateOwnShop } from "@/api/vendor/updateOwnShop";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Form } from "@/ui/Form";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { type Details, DetailsFields, detailsErrors, type Front, frontBody, frontErrors, FrontFields, NO_DETAILS } from "./ShopFields";

/** What the public sees of the shop, and where its money goes. */
export default function ShopPage() {
  const { t } = useI18n();
  useTitle(t("vendor.shop"));
  const shop = useOwnShop();
  if (shop.isPending) {
    return (
      <Loading>
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  if (shop.isError) return <Failed error={shop.error} retry={() => void shop.refetch()} />;
  if (shop.data === null) return <Empty title={t("vendor.shop.none")} text={t("vendor.shop.none.text")} />;
  return (
    <div className="grid gap-6">
      <FrontPanel shop={shop.data} />
      <AccountPanel shop={shop.data} />
    </div>
  );
}

function FrontPanel({ shop }: { shop: OwnShop }) {
  const { t } = useI18n();
  const update = useUpdateOwnShop();
  const [front, setFront] = useState<Front>({ shopName: shop.shopName, description: shop.description, logoUrl: shop.logoUrl ?? "" });
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Panel title={t("vendor.shop.front")} text={t("vendor.shop.front.text")}>
      <p>
        <Link to={`/sellers/${shop.slug}`} className="font-semibold text-brand underline underline-offset-4">
          {t("vendor.shop.visit")}
        </Link>
      </p>
      <Form
        action={t("save")}
        busy={update.isPending}
        error={update.error}
        onErrors={setErrors}
        check={() => frontErrors(front, t)}
        onSubmit={() => update.mutate(frontBody(front), { onSuccess: () => toast(t("saved")) })}
      >
        <FrontFields value={front} errors={errors} onChange={setFront} />
      </Form>
    </Panel>
  );
}

function AccountPanel({ shop }: { shop: OwnShop }) {
  const { t } = useI18n();
  const update = useUpdateOwnShop();
  const [details, setDetails] = useState<Details>(NO_DETAILS);
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Panel title={t("vendor.payout")} text={t("vendor.payout.now", { hint: shop.payoutHint })}>
      <Form
        action={t("vendor.payout.change")}
        busy={update.isPending}
        error={update.error}
        onErrors={setErrors}
        check={() => detailsErrors(details, t)}
        onSubmit={() =>
          update.mutate(
            { shopName: shop.shopName, description: shop.description, logoUrl: shop.logoUrl, payout: details },
            {
              onSuccess: () => {
                setDetails(NO_DETAILS);
                toast(t("saved"));
              },
            },
          )
        }
      >
        <DetailsFields value={details} errors={errors} onChange={setDetails} />
      </Form>
    </Panel>
  );
}
