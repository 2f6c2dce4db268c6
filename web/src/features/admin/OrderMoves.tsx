import { useCancelAnyOrder, useMoveOrder } from "@/api/admin/changeOrder";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Ask } from "./Ask";
import { useAct } from "./useAct";

/** What may become of an order now, besides being sent. */
export function OrderMoves({ order }: { order: Order }) {
  const { t } = useI18n();
  const act = useAct();
  const move = useMoveOrder();
  const cancel = useCancelAnyOrder();
  const { orderId, status } = order;
  const next = status === "SHIPPED" ? "deliver" : status === "DELIVERED" ? "complete" : null;
  if (!next && status !== "PROCESSING") return null;
  return (
    <Panel title={t("admin.order.next")}>
      <div className="flex flex-wrap gap-3">
        {next && (
          <Button size="small" busy={move.isPending} onClick={() => void act(move.mutateAsync({ orderId, to: next }), t(`admin.order.${next}.done`))}>
            {t(`admin.order.${next}`)}
          </Button>
        )}
        {status === "PROCESSING" && (
          <Ask
            name={t("admin.order.cancel")}
            title={t("admin.order.cancel.title", { code: order.code })}
            text={t("admin.order.cancel.text")}
            action={t("admin.order.cancel")}
            reason={t("admin.reason")}
            onDo={(reason) => act(cancel.mutateAsync({ orderId, reason }), t("admin.order.cancel.done"))}
          />
        )}
      </div>
    </Panel>
  );
}
