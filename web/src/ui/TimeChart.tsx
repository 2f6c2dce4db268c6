import { useI18n } from "@/lib/i18n/i18n";
import { Area, AreaChart, CartesianGrid, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";

export interface TimePoint {
  /** What the axis says. */
  label: string;
  value: number;
  /** Of the same step of the period before. */
  before: number | null;
}

interface Props {
  /** What is shown, for those who do not see it. */
  name: string;
  now: string;
  before: string;
  points: readonly TimePoint[];
  format: (value: number) => string;
  /** For the axis, where there is little room. */
  short: (value: number) => string;
}

const AXIS = { fill: "var(--muted)", fontSize: 13 };

/** A figure over time beside the period before: a picture, and the same as a table. Loaded on demand: it is large. */
export default function TimeChart({ name, now, before, points, format, short }: Props) {
  const { t } = useI18n();
  return (
    <figure className="grid gap-3">
      <figcaption className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <span className="sr-only">{name}</span>
        <span className="flex items-center gap-2">
          <span aria-hidden="true" className="h-1 w-5 rounded-full bg-brand" /> {now}
        </span>
        <span className="flex items-center gap-2 text-muted">
          <span aria-hidden="true" className="w-5 border-t-2 border-dashed border-edge" /> {before}
        </span>
      </figcaption>
      <div className="h-64 sm:h-80" aria-hidden="true">
        <ResponsiveContainer width="100%" height="100%">
          <AreaChart data={[...points]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <defs>
              <linearGradient id="time-chart-fill" x1="0" y1="0" x2="0" y2="1">
                <stop offset="0" stopColor="var(--brand)" stopOpacity="0.28" />
                <stop offset="1" stopColor="var(--brand)" stopOpacity="0.02" />
              </linearGradient>
            </defs>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="label" tick={AXIS} tickLine={false} axisLine={{ stroke: "var(--line)" }} minTickGap={28} />
            <YAxis tick={AXIS} tickLine={false} axisLine={false} width={52} tickFormatter={short} allowDecimals={false} />
            <Tooltip
              isAnimationActive={false}
              formatter={(value, key) => [format(Number(value)), key === "value" ? now : before]}
              contentStyle={{ background: "var(--surface)", border: "1px solid var(--line)", borderRadius: 12, color: "var(--ink)" }}
              itemStyle={{ color: "var(--ink)" }}
              cursor={{ stroke: "var(--edge)" }}
            />
            <Line dataKey="before" stroke="var(--edge)" strokeWidth={2} strokeDasharray="5 5" dot={false} isAnimationActive={false} connectNulls />
            <Area dataKey="value" stroke="var(--brand)" strokeWidth={2.5} fill="url(#time-chart-fill)" dot={false} isAnimationActive={false} />
          </AreaChart>
        </ResponsiveContainer>
      </div>
      <details className="text-sm">
        <summary className="w-fit cursor-pointer rounded-full py-1 font-semibold text-muted hover:text-ink">{t("chart.table")}</summary>
        <div className="mt-2 max-h-72 overflow-auto" tabIndex={0} role="region" aria-label={name}>
          <table className="w-full tabular-nums">
            <thead>
              <tr className="border-b border-line text-left">
                <th scope="col" className="py-1.5 pr-4 font-semibold">
                  {t("chart.when")}
                </th>
                <th scope="col" className="py-1.5 pr-4 text-right font-semibold">
                  {now}
                </th>
                <th scope="col" className="py-1.5 text-right font-semibold text-muted">
                  {before}
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.label} className="border-b border-line">
                  <th scope="row" className="py-1.5 pr-4 text-left font-normal">
                    {point.label}
                  </th>
                  <td className="py-1.5 pr-4 text-right">{format(point.value)}</td>
                  <td className="py-1.5 text-right text-muted">{point.before === null ? "–" : format(point.before)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
