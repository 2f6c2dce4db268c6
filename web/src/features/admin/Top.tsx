import { type Ranked, useSummary, useTop } from "@/api/admin/getFigures";
import type { Place } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import type { Days } from "@/lib/period";
import { Choice } from "@/ui/Choice";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { VendorName } from "./VendorName";

const BY = ["product", "category", "vendor"] as const satisfies readonly Ranked[];

/** What sells best. */
export function Top({ days }: { days: Days }) {
  const { t } = useI18n();
  const [by, setBy] = useState<Ranked>("product");
  return (
    <Panel title={t("admin.top")}>
      <Choice<Ranked> label={t("admin.top.by")} options={BY.map((value) => ({ value, name: t(`admin.top.${value}`) }))} value={by} onChange={setBy} />
      <Places days={days} by={by} />
    </Panel>
  );
}

function Places({ days, by }: { days: Days; by: Ranked }) {
  const { t, money, number } = useI18n();
  const top = useTop(days, by);
  const currency = useSummary(days).data?.currency;
  if (top.isError && !top.data) return <Failed error={top.error} retry={() => void top.refetch()} />;
  if (!top.data || !currency) {
    return (
      <Loading>
        <Skeleton className="h-64 rounded-xl" />
      </Loading>
    );
  }
  if (top.data.length === 0) return <p className="text-muted">{t("admin.top.none")}</p>;
  const most = Math.max(...top.data.map((place) => place.sales), 1);
  return (
    <ol className="grid gap-4">
      {top.data.map((place) => (
        <li key={place.id} className="grid gap-1.5">
          <span className="flex items-baseline justify-between gap-4">
            <Name place={place} by={by} />
            <span className="shrink-0 text-right tabular-nums">
              <span className="font-semibold">{money(place.sales, currency)}</span>
              <span className="block text-sm text-muted">{t("admin.top.units", { count: place.units, units: number(place.units) })}</span>
            </span>
          </span>
          <span aria-hidden="true" className="h-2 rounded-full bg-sunken">
            <span className="block h-full rounded-full bg-brand" style={{ width: `${(place.sales / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function Name({ place, by }: { place: Place; by: Ranked }) {
  if (by === "product") {
    return (
      <Link to={`/admin/products/${place.id}`} className="min-w-0 font-semibold underline-offset-4 hover:underline">
        {place.name}
      </Link>
    );
  }
  return <span className="min-w-0 font-semibold">{by === "vendor" ? <VendorName vendorId={place.id} /> : place.name}</span>;
}
