import { useCancelOrder } from "@/api/orders/cancelOrder";
import type { Order } from "@/api/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { lazy, Suspense, useState } from "react";

const Sheet = lazy(() => import("@/ui/Sheet"));

/** Cancels what is not shipped yet, after asking. */
export function CancelOrder({ order }: { order: Order }) {
  const { t, money } = useI18n();
  const text = useErrorText();
  const cancel = useCancelOrder(order.orderId);
  const [asking, ask] = useState<"never" | "open" | "closed">("never");
  if ((order.status !== "PENDING" && order.status !== "PROCESSING") || order.shipments.length > 0) return null;
  return (
    <>
      <Button look="danger" onClick={() => ask("open")}>
        {t("cancel")}
      </Button>
      {asking !== "never" && (
        <Suspense>
          <Sheet title={t("cancel.title")} open={asking === "open"} onClose={() => ask("closed")}>
            <p>{t("cancel.text", { total: money(order.totalAmount, order.currency) })}</p>
            <div className="mt-6 flex flex-wrap justify-end gap-3">
              <Button look="quiet" onClick={() => ask("closed")}>
                {t("cancel.keep")}
              </Button>
              <Button
                look="danger"
                busy={cancel.isPending}
                onClick={() =>
                  cancel.mutate(undefined, {
                    onSuccess: () => toast(t("cancel.done")),
                    onError: (error) => toast(text(error), { kind: "error" }),
                    onSettled: () => ask("closed"),
                  })
                }
              >
                {t("cancel.sure")}
              </Button>
            </div>
          </Sheet>
        </Suspense>
      )}
    </>
  );
}
