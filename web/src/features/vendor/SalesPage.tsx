import { downloadSales, useSalesSeries, useSalesSummary, useTopProducts } from "@/api/vendor/getSales";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { saveFile } from "@/lib/saveFile";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Button } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { lazy, Suspense, useState } from "react";
import { Choice } from "@/ui/Choice";
import { Figure } from "@/ui/Figure";
import { type Days, lastDays, type Span, SPANS, stepOf } from "@/lib/period";

const TimeChart = lazy(() => import("@/ui/TimeChart"));

/** How the own products sell, over a period beside the one before it. */
export default function SalesPage() {
  const { t } = useI18n();
  const text = useErrorText();
  useTitle(t("vendor.sales"));
  const [span, setSpan] = useState<Span>("30");
  const days = lastDays(span, new Date());
  const [saving, setSaving] = useState(false);
  async function download() {
    setSaving(true);
    try {
      saveFile(await downloadSales(days), `sales-${days.from}-${days.to}.csv`);
    } catch (error) {
      toast(text(error), { kind: "error" });
    }
    setSaving(false);
  }
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-2xl">{t("vendor.sales")}</h2>
        <div className="flex flex-wrap items-center gap-3">
          <Choice label={t("period")} options={SPANS.map((value) => ({ value, name: t(`period.${value}`) }))} value={span} onChange={setSpan} />
          <Button look="plain" size="small" busy={saving} onClick={() => void download()}>
            {t("vendor.sales.csv")}
          </Button>
        </div>
      </div>
      <div className="grid gap-6">
        <Figures days={days} />
        <Panel title={t("vendor.sales.time")}>
          <Course days={days} span={span} />
        </Panel>
        <Panel title={t("vendor.top")}>
          <Top days={days} />
        </Panel>
      </div>
    </>
  );
}

function Figures({ days }: { days: Days }) {
  const { t, money, number, lang } = useI18n();
  const summary = useSalesSummary(days);
  if (summary.isError && !summary.data) return <Failed error={summary.error} retry={() => void summary.refetch()} />;
  if (!summary.data) {
    return (
      <Loading className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {[0, 1, 2, 3].map((tile) => (
          <Skeleton key={tile} className="h-28 rounded-card" />
        ))}
      </Loading>
    );
  }
  const { figures: now, before, currency } = summary.data;
  const share = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
  return (
    <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Figure name={t("vendor.figure.revenue")} value={money(now.revenue, currency)} change={[now.revenue, before.revenue]} />
      <Figure name={t("vendor.figure.orders")} value={number(now.orders)} change={[now.orders, before.orders]} />
      <Figure name={t("vendor.figure.units")} value={number(now.units)} change={[now.units, before.units]} />
      <Figure name={t("vendor.figure.views")} value={number(now.views)} change={[now.views, before.views]}>
        {now.visits > 0 && <span className="block text-sm text-muted">{t("vendor.figure.conversion", { share: share.format(now.conversion) })}</span>}
      </Figure>
    </dl>
  );
}

function Course({ days, span }: { days: Days; span: Span }) {
  const { t, money, lang } = useI18n();
  const interval = stepOf(span);
  const series = useSalesSeries(days, "sales", interval);
  if (series.isError && !series.data) return <Failed error={series.error} retry={() => void series.refetch()} />;
  const waiting = (
    <Loading>
      <Skeleton className="h-80 rounded-xl" />
    </Loading>
  );
  if (!series.data) return waiting;
  const { currency, points } = series.data;
  const day = new Intl.DateTimeFormat(lang, interval === "month" ? { month: "short", year: "2-digit", timeZone: "UTC" } : { day: "numeric", month: "short", timeZone: "UTC" });
  const compact = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 });
  return (
    <Suspense fallback={waiting}>
      <TimeChart
        name={t("vendor.sales.time")}
        now={t("period.now")}
        before={t("period.before")}
        points={points.map(({ at, value, before }) => ({ label: day.format(new Date(at)), value, before }))}
        format={(value) => money(value, currency)}
        short={(value) => compact.format(value)}
      />
    </Suspense>
  );
}

function Top({ days }: { days: Days }) {
  const { t, number, money } = useI18n();
  const top = useTopProducts(days);
  const currency = useSalesSummary(days).data?.currency;
  if (top.isError && !top.data) return <Failed error={top.error} retry={() => void top.refetch()} />;
  if (!top.data || !currency) {
    return (
      <Loading>
        <Skeleton className="h-40 rounded-xl" />
      </Loading>
    );
  }
  if (top.data.length === 0) return <p className="text-muted">{t("vendor.top.none")}</p>;
  const most = Math.max(...top.data.map((place) => place.sales), 1);
  return (
    <ol className="grid gap-4">
      {top.data.map((place) => (
        <li key={place.id} className="grid gap-1.5">
          <span className="flex items-baseline justify-between gap-4">
            <span>
              <Link to={`/vendor/products/${place.id}`} className="font-semibold underline-offset-4 hover:underline">
                {place.name}
              </Link>
              <span className="block text-sm text-muted tabular-nums">{t("vendor.top.units", { units: number(place.units), views: number(place.views) })}</span>
            </span>
            <span className="font-semibold tabular-nums">{money(place.sales, currency)}</span>
          </span>
          <span aria-hidden="true" className="h-2 rounded-full bg-sunken">
            <span className="block h-full rounded-full bg-brand" style={{ width: `${(place.sales / most) * 100}%` }} />
          </span>
        </li>
      ))}
    </ol>
  );
}
