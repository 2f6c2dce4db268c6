import { downloadAudit, useAudit } from "@/api/admin/listAudit";
import type { Entry } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "@/ui/Link";
import { useSearchParams } from "react-router";
import { DownloadButton } from "./DownloadButton";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";

/** What the staff did. The address says whose doings, or about what. */
export default function AuditPage() {
  const { t } = useI18n();
  const [params] = useSearchParams();
  const actor = params.get("actor") ?? "";
  const subject = params.get("subject") ?? "";
  const entries = useAudit({ actor, subject });
  return (
    <>
      <PageHead title={t("admin.audit")} text={t("admin.audit.text")}>
        <DownloadButton file="audit.csv" fetchFile={downloadAudit}>
          {t("admin.csv")}
        </DownloadButton>
      </PageHead>
      {(actor || subject) && (
        <p className="mb-4 flex flex-wrap items-center gap-x-3">
          <span className="wrap-anywhere">{t(subject ? "admin.audit.about" : "admin.audit.by", { id: subject || actor })}</span>
          <Link to="/admin/audit" className="font-semibold text-brand underline underline-offset-4">
            {t("admin.audit.all")}
          </Link>
        </p>
      )}
      <Listing label={t("admin.audit")} list={entries} keyOf={(entry) => entry.entryId} empty={{ title: t("admin.audit.none"), text: t("admin.audit.none.text"), icon: "shield" }}>
        {(entry) => <Row entry={entry} />}
      </Listing>
    </>
  );
}

function Row({ entry }: { entry: Entry }) {
  const { t, maybe, date } = useI18n();
  const names = [...new Set([...Object.keys(entry.before), ...Object.keys(entry.after)])];
  const who = entry.actorName || (entry.actor === "system" ? t("admin.audit.system") : entry.actor);
  return (
    <div className="grid gap-2 sm:grid-cols-[1fr_auto] sm:gap-x-6">
      <div className="min-w-0">
        <p>
          <Link to={`?actor=${encodeURIComponent(entry.actor)}`} className="font-semibold underline-offset-4 hover:underline">
            {who}
          </Link>{" "}
          <span>{maybe(`admin.did.${entry.action}`) ?? entry.action}</span>
        </p>
        <Link to={`?subject=${encodeURIComponent(entry.subject)}`} className="font-mono text-sm wrap-anywhere text-muted underline-offset-4 hover:underline">
          {entry.subject}
        </Link>
      </div>
      <time dateTime={entry.at} className="text-sm text-muted sm:text-right">
        {date(entry.at, "time")}
      </time>
      {names.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm sm:col-span-2">
          {names.map((name) => (
            <div key={name} className="contents">
              <dt className="font-semibold text-muted">{name}</dt>
              <dd className="font-mono wrap-anywhere">
                {name in entry.before && (
                  <>
                    <del className="text-muted">{shown(entry.before[name])}</del> <span aria-hidden="true">→</span>{" "}
                  </>
                )}
                <ins className="no-underline">{shown(entry.after[name])}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ") || "–";
  return value === null || value === undefined || value === "" ? "–" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
