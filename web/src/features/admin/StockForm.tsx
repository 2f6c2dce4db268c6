import { useCorrectStock } from "@/api/admin/changeProduct";
import type { Reason, Stock } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Choice } from "@/ui/Choice";
import { Field, Select } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";

const REASONS = ["corrected", "received", "returned", "damaged", "lost"] as const satisfies readonly Reason[];

type Way = "count" | "difference";

/** Corrects the units of a variant: what was counted, or a difference. A count is for what is shown beside it. */
export function StockForm({ productId, name, row }: { productId: string; name: string; row: Stock }) {
  const { t, number } = useI18n();
  const correct = useCorrectStock();
  const [way, setWay] = useState<Way>("difference");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState<Reason>("corrected");
  const [note, setNote] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const units = unitsOf(typed, way);
  return (
    <div className="grid gap-4 border-t border-line pt-5">
      <h3 className="text-lg">{t("admin.stock.correct", { name })}</h3>
      <Choice<Way>
        label={t("admin.stock.way")}
        options={[
          { value: "difference", name: t("admin.stock.difference") },
          { value: "count", name: t("admin.stock.count") },
        ]}
        value={way}
        onChange={setWay}
      />
      <Form
        busy={correct.isPending}
        error={correct.error}
        action={t("admin.stock.save")}
        className="sm:grid-cols-3 [&>button]:justify-self-start [&>div[role=alert]]:col-span-full"
        check={(): Record<string, string> => (units === null ? { units: t(way === "count" ? "admin.stock.count.wrong" : "admin.stock.difference.wrong") } : {})}
        onErrors={setErrors}
        onSubmit={() =>
          correct.mutate(
            {
              productId,
              variantId: row.variantId,
              reason,
              note: note.trim(),
              ...(way === "count" ? { onHand: units, expectedOnHand: row.onHand } : { delta: units }),
            },
            {
              onSuccess: (stock) => {
                setTyped("");
                setNote("");
                toast(t("admin.stock.done", { units: number(stock.onHand) }));
              },
            },
          )
        }
      >
        <Field
          label={t(way === "count" ? "admin.stock.counted" : "admin.stock.by")}
          hint={way === "count" ? t("admin.stock.known", { units: number(row.onHand) }) : t("admin.stock.by.hint")}
          inputMode={way === "count" ? "numeric" : "text"}
          autoComplete="off"
          required
          value={typed}
          error={errors.units}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select label={t("admin.reason")} value={reason} onChange={(event) => setReason(event.target.value as Reason)}>
          {REASONS.map((value) => (
            <option key={value} value={value}>
              {t(`admin.moved.${value}`)}
            </option>
          ))}
        </Select>
        <Field label={t("admin.note")} optional={t("optional")} maxLength={200} autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} />
      </Form>
    </div>
  );
}

/** Whole units: a count from 0, or a difference with its sign; `null` for anything else. */
export function unitsOf(typed: string, way: Way): number | null {
  const text = typed.trim().replace("−", "-");
  if (!(way === "count" ? /^\d{1,9}$/ : /^[+-]?\d{1,9}$/).test(text)) return null;
  const units = Number(text);
  return way === "difference" && units === 0 ? null : units;
}
