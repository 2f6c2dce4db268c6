import { downloadRejected, isOver, useImport, useRejected } from "@/api/admin/listImports";
import type { Import } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { Figure } from "@/ui/Figure";
import { Panel } from "@/ui/Panel";
import { Badge, Empty, Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useParams } from "react-router";
import { DownloadButton } from "./DownloadButton";
import { TONES } from "./ImportsPage";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { Progress } from "./Progress";

const COUNTS = ["created", "updated", "unchanged", "rejected"] as const;

/** How far an import is, and what did not come in. */
export default function ImportPage() {
  const { importId = "" } = useParams();
  const { t } = useI18n();
  const made = useImport(importId);
  if (made.data) return <Details made={made.data} />;
  if (made.isPending) {
    return (
      <Loading className="grid gap-6">
        <Skeleton className="h-10 w-64" />
        <Skeleton className="h-64 rounded-card" />
      </Loading>
    );
  }
  if (isProblem(made.error, "import_not_found")) return <Empty title={t("admin.import.missing")} />;
  return <Failed error={made.error} retry={() => void made.refetch()} />;
}

function Details({ made }: { made: Import }) {
  const { t, date, number } = useI18n();
  return (
    <>
      <PageHead title={date(made.createdAt, "time")} back={{ to: "/admin/imports", name: t("admin.imports") }}>
        {made.dryRun && <Badge>{t("admin.import.isDry")}</Badge>}
        <span role="status">
          <Badge tone={TONES[made.state]}>{t(`admin.import.${made.state}`)}</Badge>
        </span>
      </PageHead>
      <div className="grid gap-6">
        <Panel title={t("admin.import.progress")} text={made.dryRun ? t("admin.import.isDry.text") : ""}>
          <Progress label={t("admin.import.records", { count: made.records })} share={isOver(made) ? 1 : made.read / made.size} />
          {made.failure && <Notice tone="bad">{t("admin.import.failure", { failure: made.failure })}</Notice>}
        </Panel>
        <dl className="grid grid-cols-2 gap-4 xl:grid-cols-4">
          {COUNTS.map((name) => (
            <Figure key={name} name={t(`admin.import.count.${name}`)} value={number(made[name])} {...(name === "rejected" && made.rejected > 0 && { tone: "bad" as const })} />
          ))}
        </dl>
        {made.rejected > 0 && <Rejections made={made} />}
      </div>
    </>
  );
}

function Rejections({ made }: { made: Import }) {
  const { t } = useI18n();
  const rejected = useRejected(made.importId, made.rejected);
  return (
    <section aria-labelledby="rejected">
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h3 id="rejected" className="text-xl">
          {t("admin.import.rejected")}
        </h3>
        <DownloadButton file="rejected.csv" fetchFile={() => downloadRejected(made.importId)}>
          {t("admin.csv")}
        </DownloadButton>
      </div>
      <Listing label={t("admin.import.rejected")} list={rejected} keyOf={(row) => `${row.line} ${row.key} ${row.reason}`} empty={{ title: t("admin.import.none") }}>
        {(row) => (
          <div className="grid gap-1 sm:grid-cols-[6rem_12rem_1fr] sm:gap-4">
            <span className="text-sm font-semibold text-muted tabular-nums">{t("admin.import.line", { line: row.line })}</span>
            <span className="font-semibold wrap-anywhere">{row.key || "–"}</span>
            <span className="wrap-anywhere">{row.reason}</span>
          </div>
        )}
      </Listing>
    </section>
  );
}
