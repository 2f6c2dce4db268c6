import { useRefundOrder } from "@/api/admin/changeOrder";
import { newIdempotencyKey } from "@/api/client";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";
import { amountOf } from "./amount";

/** Gives some or all of the money back. */
export function RefundForm({ order }: { order: Order }) {
  const { t, money } = useI18n();
  const refund = useRefundOrder();
  const left = Math.max(0, order.totalAmount - order.refundedAmount);
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  // A refund that is sent again because no answer came gives nothing more: it is the same one until it succeeds.
  const [refundId, setRefundId] = useState(newIdempotencyKey);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const paid = order.paymentStatus === "PAID" || order.paymentStatus === "PARTIALLY_REFUNDED";
  if (!paid || left === 0) return null;
  const wanted = amountOf(amount);
  function check(): Record<string, string> {
    if (wanted === null || wanted <= 0) return { amount: t("admin.refund.amount.wrong") };
    return wanted > left + 1e-9 ? { amount: t("admin.refund.amount.much", { left: money(left, order.currency) }) } : {};
  }
  return (
    <Form
      busy={refund.isPending}
      error={refund.error}
      action={wanted ? t("admin.refund.action.of", { amount: money(wanted, order.currency) }) : t("admin.refund.action")}
      className="border-t border-line pt-5 sm:grid-cols-2 [&>button]:justify-self-start [&>div[role=alert]]:col-span-full"
      check={check}
      onErrors={setErrors}
      onSubmit={() =>
        refund.mutate(
          { orderId: order.orderId, amount: wanted ?? 0, reason: reason.trim(), refundId },
          {
            onSuccess: () => {
              setAmount("");
              setReason("");
              setRefundId(newIdempotencyKey());
              toast(t("admin.refund.done"));
            },
          },
        )
      }
    >
      <Field
        label={t("admin.refund.amount")}
        hint={t("admin.refund.left", { left: money(left, order.currency) })}
        inputMode="decimal"
        autoComplete="off"
        required
        value={amount}
        error={errors.amount}
        onChange={(event) => setAmount(event.target.value)}
      />
      <Field label={t("admin.reason")} optional={t("optional")} maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />
    </Form>
  );
}
