import { useSeries } from "@/api/admin/getFigures";
import type { Series } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import type { Days } from "@/lib/period";
import { Choice } from "@/ui/Choice";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { lazy, Suspense, useState } from "react";
import { stepBetween } from "./steps";

const TimeChart = lazy(() => import("@/ui/TimeChart"));

type Metric = Series["metric"];

const METRICS = ["sales", "revenue", "orders", "averageOrder", "conversion", "visits"] as const satisfies readonly Metric[];
const MONEY: readonly Metric[] = ["sales", "revenue", "averageOrder"];

/** One figure over time, beside the period before. */
export function Course({ days }: { days: Days }) {
  const { t } = useI18n();
  const [metric, setMetric] = useState<(typeof METRICS)[number]>("sales");
  return (
    <Panel title={t("admin.course")}>
      <Choice label={t("admin.course.of")} options={METRICS.map((value) => ({ value, name: t(`admin.figure.${value}`) }))} value={metric} onChange={setMetric} />
      <Chart days={days} metric={metric} name={t(`admin.figure.${metric}`)} />
    </Panel>
  );
}

function Chart({ days, metric, name }: { days: Days; metric: Metric; name: string }) {
  const { t, money, number, lang } = useI18n();
  const interval = stepBetween(days);
  const series = useSeries(days, metric, interval);
  if (series.isError && !series.data) return <Failed error={series.error} retry={() => void series.refetch()} />;
  const waiting = (
    <Loading>
      <Skeleton className="h-80 rounded-xl" />
    </Loading>
  );
  if (!series.data) return waiting;
  const { currency, points, interval: step, metric: shown } = series.data;
  const compact = new Intl.NumberFormat(lang, { notation: "compact", maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
  const format = (value: number) => {
    if (shown === "conversion") return percent.format(value);
    return MONEY.includes(shown) ? money(value, currency) : number(value);
  };
  return (
    <Suspense fallback={waiting}>
      <TimeChart
        name={name}
        now={t("period.now")}
        before={t("period.before")}
        points={points.map(({ at, value, before }) => ({ label: labelOf(at, step, lang), value, before }))}
        format={format}
        short={(value) => (shown === "conversion" ? percent.format(value) : compact.format(value))}
      />
    </Suspense>
  );
}

/** Days are the shop's, whatever the browser's time zone is; hours are instants. */
function labelOf(at: string, interval: Series["interval"], lang: string): string {
  const style: Intl.DateTimeFormatOptions = {
    hour: { weekday: "short", hour: "2-digit", minute: "2-digit" } as const,
    day: { day: "numeric", month: "short", timeZone: "UTC" } as const,
    week: { day: "numeric", month: "short", timeZone: "UTC" } as const,
    month: { month: "short", year: "2-digit", timeZone: "UTC" } as const,
  }[interval];
  return new Intl.DateTimeFormat(lang, style).format(new Date(at));
}
