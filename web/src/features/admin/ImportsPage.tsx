import { useImports } from "@/api/admin/listImports";
import { MOST_BYTES, typeOf, useStartImport } from "@/api/admin/startImport";
import type { Import } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Badge } from "@/ui/States";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { Progress } from "./Progress";

export const TONES = { WAITING: "plain", RUNNING: "warn", DONE: "good", FAILED: "bad" } as const;

/** Whole catalogues, sent as a file. */
export default function ImportsPage() {
  const { t } = useI18n();
  const imports = useImports();
  return (
    <>
      <PageHead title={t("admin.imports")} />
      <div className="grid gap-8">
        <Panel title={t("admin.import.new")} text={t("admin.import.new.text")}>
          <Start />
        </Panel>
        <div>
          <Listing label={t("admin.imports")} list={imports} keyOf={(made) => made.importId} empty={{ title: t("admin.imports.none"), text: t("admin.imports.none.text") }}>
            {(made) => <Row made={made} />}
          </Listing>
        </div>
      </div>
    </>
  );
}

function Start() {
  const { t } = useI18n();
  const go = useNavigate();
  const start = useStartImport();
  const [file, setFile] = useState<File | null>(null);
  const [dryRun, setDryRun] = useState(true);
  const [withStock, setWithStock] = useState(false);
  const [share, setShare] = useState(0);
  const [errors, setErrors] = useState<Record<string, string>>({});
  function check(): Record<string, string> {
    if (!file) return { file: t("admin.import.file.missing") };
    if (!typeOf(file.name)) return { file: t("admin.import.file.kind") };
    if (file.size > MOST_BYTES) return { file: t("admin.import.file.large") };
    return file.size === 0 ? { file: t("admin.import.file.empty") } : {};
  }
  function send() {
    if (!file) return;
    setShare(0);
    start.mutate({ file, dryRun, withStock, onProgress: setShare }, { onSuccess: (made) => void go(`/admin/imports/${made.importId}`) });
  }
  return (
    <Form busy={start.isPending} error={start.error} action={t(dryRun ? "admin.import.try" : "admin.import.start")} className="max-w-xl [&>button]:justify-self-start" check={check} onErrors={setErrors} onSubmit={send}>
      <Field
        type="file"
        accept=".csv,.jsonl,.ndjson,.yaml,.yml"
        label={t("admin.import.file")}
        hint={t("admin.import.file.hint")}
        required
        error={errors.file}
        onChange={(event) => setFile(event.target.files?.[0] ?? null)}
      />
      <Box label={t("admin.import.dry")} checked={dryRun} onChange={setDryRun} />
      <Box label={t("admin.import.stock")} checked={withStock} onChange={setWithStock} />
      {start.isPending && <Progress label={t("admin.import.sending")} share={share} />}
    </Form>
  );
}

function Box({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input type="checkbox" className="size-5 accent-brand" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function Row({ made }: { made: Import }) {
  const { t, date } = useI18n();
  return (
    <div className="relative flex flex-wrap items-center justify-between gap-3">
      <div>
        <Link to={`/admin/imports/${made.importId}`} className="font-semibold underline-offset-4 after:absolute after:inset-0 hover:underline">
          {date(made.createdAt, "time")}
        </Link>
        <p className="text-sm text-muted">
          {made.format.toUpperCase()} · {t("admin.import.counts", { created: made.created, updated: made.updated, unchanged: made.unchanged, rejected: made.rejected })}
        </p>
      </div>
      <span className="flex flex-wrap gap-2">
        {made.dryRun && <Badge>{t("admin.import.isDry")}</Badge>}
        <Badge tone={TONES[made.state]}>{t(`admin.import.${made.state}`)}</Badge>
      </span>
    </div>
  );
}
