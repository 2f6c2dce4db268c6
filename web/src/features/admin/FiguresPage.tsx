import { downloadFigures, useSummary } from "@/api/admin/getFigures";
import type { Figures as Sums } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { type Days, lastDays, type Span, SPANS } from "@/lib/period";
import { Choice } from "@/ui/Choice";
import { Field } from "@/ui/Field";
import { Figure } from "@/ui/Figure";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { Course } from "./Course";
import { DownloadButton } from "./DownloadButton";
import { PageHead } from "./PageHead";
import { Top } from "./Top";

const OWN = "own";

/** How the shop sells, over a period beside the one before it. */
export default function FiguresPage() {
  const { t } = useI18n();
  const [span, setSpan] = useState<Span | typeof OWN>("30");
  const [own, setOwn] = useState<Days>(() => lastDays("7", new Date()));
  const days = span === OWN ? own : lastDays(span, new Date());
  const options = [...SPANS.map((value) => ({ value, name: t(`period.${value}`) })), { value: OWN, name: t("admin.period.own") }] as const;
  return (
    <>
      <PageHead title={t("admin.figures")}>
        <Choice<Span | typeof OWN> label={t("period")} options={options} value={span} onChange={setSpan} />
        <DownloadButton file={`figures-${days.from}-${days.to}.csv`} fetchFile={() => downloadFigures(days)}>
          {t("admin.csv")}
        </DownloadButton>
      </PageHead>
      {span === OWN && <OwnDays days={own} onChange={setOwn} />}
      <div className="grid gap-6">
        <Figures days={days} />
        <Course days={days} />
        <div className="grid items-start gap-6 xl:grid-cols-2">
          <Top days={days} />
          <Funnel days={days} />
        </div>
      </div>
    </>
  );
}

function OwnDays({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const { t } = useI18n();
  return (
    <div className="mb-6 flex flex-wrap gap-4">
      <Field
        type="date"
        label={t("admin.period.from")}
        value={days.from}
        max={days.to}
        onChange={(event) => event.target.value && onChange({ ...days, from: event.target.value })}
      />
      <Field
        type="date"
        label={t("admin.period.to")}
        value={days.to}
        min={days.from}
        onChange={(event) => event.target.value && onChange({ ...days, to: event.target.value })}
      />
    </div>
  );
}

function Figures({ days }: { days: Days }) {
  const { t, money, number, lang } = useI18n();
  const summary = useSummary(days);
  if (summary.isError && !summary.data) return <Failed error={summary.error} retry={() => void summary.refetch()} />;
  if (!summary.data) {
    return (
      <Loading className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {[0, 1, 2, 3, 4, 5].map((tile) => (
          <Skeleton key={tile} className="h-28 rounded-card" />
        ))}
      </Loading>
    );
  }
  const { figures: now, before, currency } = summary.data;
  const percent = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
  const shown: readonly [keyof Sums, (value: number) => string][] = [
    ["sales", (value) => money(value, currency)],
    ["revenue", (value) => money(value, currency)],
    ["orders", number],
    ["averageOrder", (value) => money(value, currency)],
    ["conversion", (value) => percent.format(value)],
    ["visits", number],
  ];
  return (
    <dl className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {shown.map(([name, format]) => (
        <Figure key={name} name={t(`admin.figure.${name}` as "admin.figure.sales")} value={format(now[name])} change={[now[name], before[name]]} />
      ))}
    </dl>
  );
}

const STAGES = ["visits", "viewed", "carted", "checkedOut", "orders"] as const;

/** How many visits come how far. */
function Funnel({ days }: { days: Days }) {
  const { t, number, lang } = useI18n();
  const summary = useSummary(days);
  const percent = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 1 });
  if (!summary.data) {
    return summary.isError ? null : (
      <Loading>
        <Skeleton className="h-80 rounded-card" />
      </Loading>
    );
  }
  const now = summary.data.figures;
  const most = Math.max(...STAGES.map((stage) => now[stage]), 1);
  return (
    <Panel title={t("admin.funnel")} text={t("admin.funnel.text")}>
      <ol className="grid gap-4">
        {STAGES.map((stage) => (
          <li key={stage} className="grid gap-1.5">
            <span className="flex items-baseline justify-between gap-4">
              <span className="font-semibold">{t(`admin.stage.${stage}`)}</span>
              <span className="text-right text-sm text-muted tabular-nums">
                {number(now[stage])}
                {now.visits > 0 && stage !== "visits" && ` · ${percent.format(now[stage] / now.visits)}`}
              </span>
            </span>
            <span aria-hidden="true" className="h-2 rounded-full bg-sunken">
              <span className="block h-full rounded-full bg-brand" style={{ width: `${(now[stage] / most) * 100}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
