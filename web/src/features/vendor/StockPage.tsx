import { useChangeStock } from "@/api/vendor/changeStock";
import { useStockAlerts } from "@/api/vendor/listStockAlerts";
import type { StockAlert } from "@/api/vendor/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Link } from "@/ui/Link";
import { MoreButton } from "@/ui/MoreButton";
import { OptionText } from "@/ui/OptionText";
import { Badge, Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { parseUnits } from "./numbers";

export default function StockPage() {
  const { t } = useI18n();
  useTitle(t("vendor.stock"));
  const alerts = useStockAlerts();
  const shown = alerts.data?.pages.flatMap((page) => page.body);
  return (
    <>
      <h2 className="text-2xl">{t("vendor.stock")}</h2>
      <p className="mt-1 mb-6 max-w-prose text-muted">{t("vendor.stock.text")}</p>
      {alerts.isPending && (
        <Loading className="grid gap-2">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-28 rounded-card" />
          ))}
        </Loading>
      )}
      {alerts.isError && !shown && <Failed error={alerts.error} retry={() => void alerts.refetch()} />}
      {shown?.length === 0 && !alerts.hasNextPage && <Empty icon="check" title={t("vendor.stock.none")} text={t("vendor.stock.none.text")} />}
      <ul className="grid gap-3">
        {shown?.map((alert) => (
          <li key={alert.variantId}>
            <Alert alert={alert} />
          </li>
        ))}
      </ul>
      <MoreButton list={alerts} />
    </>
  );
}

function Alert({ alert }: { alert: StockAlert }) {
  const { t } = useI18n();
  const text = useErrorText();
  const change = useChangeStock();
  const [added, setAdded] = useState("");
  const [lowAt, setLowAt] = useState(String(alert.lowAt));
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const name = [alert.name, ...Object.values(alert.options)].join(" ");
  function save(field: "added" | "lowAt", units: number | null) {
    if (change.isPending) return;
    if (units === null || (field === "added" && units === 0)) {
      setWrong({ [field]: t("vendor.stock.units") });
      return;
    }
    setWrong({});
    const { productId, variantId } = alert;
    const body = field === "added" ? { delta: units, reason: "received" as const } : { lowAt: units };
    change.mutateAsync({ productId, variantId, ...body }).then(
      () => {
        toast(t(field === "added" ? "vendor.stock.added" : "saved", { name }));
        setAdded("");
      },
      (error: unknown) => toast(text(error), { kind: "error" }),
    );
  }
  return (
    <article className="card grid items-start gap-4 p-5 lg:grid-cols-[1fr_auto_auto] lg:gap-8">
      <div className="min-w-0">
        <h3 className="text-lg">
          <Link to={`/vendor/products/${alert.productId}`} className="underline-offset-4 hover:underline">
            {alert.name}
          </Link>
        </h3>
        <OptionText options={alert.options} />
        <p className="mt-2 flex flex-wrap items-center gap-2">
          <Badge tone={alert.available === 0 ? "bad" : "warn"}>{alert.available === 0 ? t("stock.none") : t("stock.few", { count: alert.available })}</Badge>
          {alert.reserved > 0 && <span className="text-sm text-muted">{t("vendor.stock.reserved", { count: alert.reserved })}</span>}
        </p>
      </div>
      <form
        noValidate
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          save("added", parseUnits(added));
        }}
      >
        <Field
          className="w-32"
          label={t("vendor.stock.add")}
          aria-label={t("vendor.stock.add.of", { name })}
          inputMode="numeric"
          autoComplete="off"
          value={added}
          error={wrong.added}
          onChange={(event) => setAdded(event.target.value)}
        />
        <Button type="submit" look="plain" busy={change.isPending} className="mt-[1.65rem]">
          {t("vendor.stock.add.action")} <span className="sr-only">{name}</span>
        </Button>
      </form>
      <form
        noValidate
        className="flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          save("lowAt", parseUnits(lowAt));
        }}
      >
        <Field
          className="w-32"
          label={t("vendor.stock.lowAt")}
          aria-label={t("vendor.stock.lowAt.of", { name })}
          inputMode="numeric"
          autoComplete="off"
          value={lowAt}
          error={wrong.lowAt}
          onChange={(event) => setLowAt(event.target.value)}
        />
        <Button type="submit" look="quiet" busy={change.isPending} className="mt-[1.65rem]">
          {t("save")} <span className="sr-only">{t("vendor.stock.lowAt.of", { name })}</span>
        </Button>
      </form>
    </article>
  );
}
