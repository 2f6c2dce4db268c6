import { useBatches } from "@/api/admin/listBatches";
import { downloadBatch, useMakePayouts } from "@/api/admin/makePayouts";
import type { Batch } from "@/api/admin/types";
import { newIdempotencyKey } from "@/api/client";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Panel } from "@/ui/Panel";
import { Badge } from "@/ui/States";
import { useState } from "react";
import { amountOf } from "./amount";
import { DownloadButton } from "./DownloadButton";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";

/** What vendors are owed goes to their accounts: a batch for the bank. */
export default function PayoutsPage() {
  const { t } = useI18n();
  const batches = useBatches();
  return (
    <>
      <PageHead title={t("admin.payouts")} />
      <div className="grid gap-8">
        <Panel title={t("admin.payouts.make")} text={t("admin.payouts.make.text")}>
          <Make />
        </Panel>
        <div>
          <Listing label={t("admin.payouts")} list={batches} keyOf={(batch) => batch.batchId} empty={{ title: t("admin.payouts.none"), text: t("admin.payouts.none.text"), icon: "card" }}>
            {(batch) => <Row batch={batch} />}
          </Listing>
        </div>
      </div>
    </>
  );
}

function Make() {
  const { t, money } = useI18n();
  const make = useMakePayouts();
  const [least, setLeast] = useState("1");
  // A batch that is sent again because no answer came pays nothing more: it is the same one until it succeeds.
  const [batchId, setBatchId] = useState(newIdempotencyKey);
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Form
      busy={make.isPending}
      error={make.error}
      action={t("admin.payouts.action")}
      className="max-w-sm"
      check={(): Record<string, string> => (amountOf(least) === null ? { least: t("admin.payouts.least.wrong") } : {})}
      onErrors={setErrors}
      onSubmit={() =>
        make.mutate(
          { batchId, least: least.trim().replace(",", ".") },
          {
            onSuccess: (batch) => {
              setBatchId(newIdempotencyKey());
              toast(t("admin.payouts.done", { count: batch.payouts, total: money(batch.total, batch.currency) }));
            },
          },
        )
      }
    >
      <Field label={t("admin.payouts.least")} hint={t("admin.payouts.least.hint")} inputMode="decimal" autoComplete="off" required value={least} error={errors.least} onChange={(event) => setLeast(event.target.value)} />
    </Form>
  );
}

function Row({ batch }: { batch: Batch }) {
  const { t, date, money } = useI18n();
  const when = date(batch.createdAt, "time");
  return (
    <div className="flex flex-wrap items-center justify-between gap-4">
      <div>
        <p className="flex flex-wrap items-center gap-3 font-semibold tabular-nums">
          {money(batch.total, batch.currency)} <Badge tone={batch.state === "PAID" ? "good" : "warn"}>{t(`admin.batch.${batch.state}`)}</Badge>
        </p>
        <p className="text-sm text-muted">
          {when} · {t("admin.payouts.vendors", { count: batch.payouts })}
        </p>
      </div>
      <DownloadButton file={`payouts-${batch.createdAt.slice(0, 10)}.csv`} fetchFile={() => downloadBatch(batch.batchId)} label={`${t("admin.csv")}: ${when}`}>
        {t("admin.csv")}
      </DownloadButton>
    </div>
  );
}
