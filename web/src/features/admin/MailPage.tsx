import { useMailKinds, useMailPreview } from "@/api/admin/previewMail";
import type { MailKind } from "@/api/admin/types";
import { cx } from "@/lib/cx";
import { type Lang, LANGUAGES, useI18n } from "@/lib/i18n/i18n";
import { Choice } from "@/ui/Choice";
import { Select } from "@/ui/Field";
import { Link } from "@/ui/Link";
import { Badge, Failed, Loading, Skeleton } from "@/ui/States";
import { useSearchParams } from "react-router";
import { PageHead } from "./PageHead";

const READERS = ["customer", "vendor", "admin"] as const;

/** What the shop's mails look like, with made-up data. The address says which, and in which language. */
export default function MailPage() {
  const { t, lang } = useI18n();
  const [params, setParams] = useSearchParams();
  const kinds = useMailKinds();
  const kind = params.get("kind") ?? kinds.data?.[0]?.kind ?? "";
  const language = LANGUAGES.find((entry) => entry.lang === params.get("lang"))?.lang ?? lang;
  return (
    <>
      <PageHead title={t("admin.mail")} text={t("admin.mail.text")}>
        <Link to="/admin/mail/addresses" className="font-semibold text-brand underline underline-offset-4">
          {t("admin.mail.marked")}
        </Link>
      </PageHead>
      {kinds.isError && !kinds.data && <Failed error={kinds.error} retry={() => void kinds.refetch()} />}
      {kinds.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {kinds.data && (
        <div className="grid gap-6 xl:grid-cols-[15rem_minmax(0,1fr)]">
          <Kinds kinds={kinds.data} kind={kind} language={language} />
          <div className="xl:hidden">
            <KindSelect kinds={kinds.data} kind={kind} onChange={(chosen) => setParams({ kind: chosen, lang: language }, { replace: true })} />
          </div>
          <div className="grid min-w-0 content-start gap-4">
            <Choice<Lang>
              label={t("admin.mail.language")}
              options={LANGUAGES.map((entry) => ({ value: entry.lang, name: entry.name }))}
              value={language}
              onChange={(chosen) => setParams({ kind, lang: chosen }, { replace: true })}
            />
            <Preview kind={kind} language={language} />
          </div>
        </div>
      )}
    </>
  );
}

function Kinds({ kinds, kind, language }: { kinds: readonly MailKind[]; kind: string; language: string }) {
  const { t, maybe } = useI18n();
  return (
    <nav aria-label={t("admin.mail.kinds")} className="card hidden content-start gap-4 p-4 xl:grid">
      {READERS.map((reader) => (
        <div key={reader}>
          <h3 className="px-3 text-sm font-semibold text-muted">{t(`admin.mail.to.${reader}`)}</h3>
          <ul className="mt-1 grid gap-0.5">
            {kinds
              .filter((entry) => entry.reader === reader)
              .map((entry) => (
                <li key={entry.kind}>
                  <Link
                    to={`?kind=${entry.kind}&lang=${language}`}
                    replace
                    aria-current={entry.kind === kind ? "page" : undefined}
                    className={cx("block rounded-lg px-3 py-2", entry.kind === kind ? "bg-sunken font-semibold" : "text-muted hover:text-ink")}
                  >
                    {maybe(`admin.mail.kind.${entry.kind}`) ?? entry.kind}
                    {entry.topic && <span className="text-sm text-muted"> · {t("admin.mail.optional")}</span>}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** The same on screens that have no room for a list beside the mail. */
function KindSelect({ kinds, kind, onChange }: { kinds: readonly MailKind[]; kind: string; onChange: (kind: string) => void }) {
  const { t, maybe } = useI18n();
  return (
    <Select label={t("admin.mail.kinds")} value={kind} onChange={(event) => onChange(event.target.value)}>
      {READERS.map((reader) => (
        <optgroup key={reader} label={t(`admin.mail.to.${reader}`)}>
          {kinds
            .filter((entry) => entry.reader === reader)
            .map((entry) => (
              <option key={entry.kind} value={entry.kind}>
                {maybe(`admin.mail.kind.${entry.kind}`) ?? entry.kind}
              </option>
            ))}
        </optgroup>
      ))}
    </Select>
  );
}

function Preview({ kind, language }: { kind: string; language: string }) {
  const { t } = useI18n();
  const preview = useMailPreview(kind, language);
  const mail = preview.data;
  if (preview.isError) return <Failed error={preview.error} retry={() => void preview.refetch()} />;
  if (!mail)
    return (
      <Loading>
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  return (
    <article aria-label={mail.subject} className={cx("card grid gap-5 p-4 sm:p-6", preview.isPlaceholderData && "opacity-60")}>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-lg wrap-anywhere">{mail.subject}</h3>
        <Badge>{mail.kind}</Badge>
      </header>
      <iframe title={t("admin.mail.html")} sandbox="" srcDoc={mail.html} className="h-[36rem] w-full rounded-field border border-line bg-white" />
      <section className="grid min-w-0 gap-2">
        <h4 className="font-semibold">{t("admin.mail.plain")}</h4>
        {/* Wide lines scroll: with a keyboard, too. */}
        <pre tabIndex={0} aria-label={t("admin.mail.plain")} className="overflow-x-auto rounded-field bg-sunken px-4 py-3 font-mono text-sm">
          {mail.text}
        </pre>
      </section>
    </article>
  );
}
