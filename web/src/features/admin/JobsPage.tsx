import { useJobs, useRuns } from "@/api/admin/listJobs";
import { useRunJob } from "@/api/admin/runJob";
import type { Job, Run } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Badge, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { sinceText } from "./since";
import { useAct } from "./useAct";

/** What is due by the clock, and how it went. */
export default function JobsPage() {
  const { t } = useI18n();
  const jobs = useJobs();
  return (
    <>
      <PageHead title={t("admin.jobs")} text={t("admin.jobs.text")} />
      {jobs.isError && !jobs.data && <Failed error={jobs.error} retry={() => void jobs.refetch()} />}
      {jobs.isPending && (
        <Loading className="grid gap-4">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-36 rounded-card" />
          ))}
        </Loading>
      )}
      {jobs.data && (
        <ul aria-label={t("admin.jobs")} className="grid gap-4">
          {jobs.data.map((job) => (
            <li key={job.name}>
              <Card job={job} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Card({ job }: { job: Job }) {
  const { t, maybe, lang } = useI18n();
  const act = useAct();
  const run = useRunJob();
  const [open, setOpen] = useState(false);
  return (
    <article aria-label={job.name} className="card grid gap-4 p-5 sm:p-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-center gap-3 text-lg">
            {job.name} {job.last?.error && <Badge tone="bad">{t("admin.job.failed")}</Badge>}
          </h3>
          <p className="text-sm text-muted">{maybe(`admin.job.${job.name}`)}</p>
          <p className="text-sm text-muted">
            {job.continuous ? t("admin.job.continuous") : job.at ? t("admin.job.daily", { time: job.at }) : t("admin.job.every", { time: everyText(job.everySeconds, lang) })}
            {job.dueAt && !job.continuous && ` · ${t("admin.job.due", { when: sinceText(job.dueAt, lang) })}`}
          </p>
        </div>
        {!job.continuous && (
          <Button look="plain" size="small" busy={run.isPending} aria-label={`${t("admin.job.run")}: ${job.name}`} onClick={() => void act(run.mutateAsync(job.name), t("admin.job.asked", { job: job.name }))}>
            {t("admin.job.run")}
          </Button>
        )}
      </div>
      {job.last && <LastRun run={job.last} />}
      {job.last && (
        <details className="text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="w-fit cursor-pointer font-semibold text-muted hover:text-ink">{t("admin.job.runs")}</summary>
          {open && (
            <div className="mt-3">
              <Runs job={job.name} />
            </div>
          )}
        </details>
      )}
    </article>
  );
}

function Runs({ job }: { job: string }) {
  const { t } = useI18n();
  const runs = useRuns(job);
  return (
    <Listing label={t("admin.job.runs.of", { job })} list={runs} keyOf={(run) => run.runId} empty={{ title: t("admin.job.never") }}>
      {(run) => <LastRun run={run} />}
    </Listing>
  );
}

function LastRun({ run }: { run: Run }) {
  const { t, date, number } = useI18n();
  return (
    <div className="grid gap-2">
      <p className="flex flex-wrap gap-x-4 gap-y-1 tabular-nums">
        <span>{date(run.beganAt, "time")}</span>
        <span className="text-muted">{t("admin.job.took", { ms: number(run.milliseconds) })}</span>
        <span className="text-muted">{t("admin.job.count", { count: run.count })}</span>
      </p>
      {run.error && <pre className="overflow-x-auto rounded-field bg-bad-soft px-4 py-3 font-mono text-sm whitespace-pre-wrap wrap-anywhere text-bad">{run.error}</pre>}
    </div>
  );
}

/** "15 seconds", "5 minutes", "1 day". */
function everyText(seconds: number, lang: string): string {
  const [unit, size] = seconds >= 86_400 ? ["day", 86_400] : seconds >= 3_600 ? ["hour", 3_600] : seconds >= 60 ? ["minute", 60] : ["second", 1];
  return new Intl.NumberFormat(lang, { style: "unit", unit: String(unit), unitDisplay: "long", maximumFractionDigits: 2 }).format(seconds / Number(size));
}
