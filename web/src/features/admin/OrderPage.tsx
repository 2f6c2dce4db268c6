import { adminKeys } from "@/api/admin/keys";
import { useRefunds } from "@/api/admin/listRefunds";
import type { Refund } from "@/api/admin/types";
import { useOrder } from "@/api/orders/getOrder";
import { useOrderHistory } from "@/api/orders/getOrderHistory";
import { keys } from "@/api/queries";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { AddressText } from "@/ui/AddressFields";
import { OrderLines } from "@/ui/OrderLines";
import { OrderStatus } from "@/ui/OrderStatus";
import { Panel } from "@/ui/Panel";
import { Badge, Empty, Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useParams } from "react-router";
import { OrderMoves } from "./OrderMoves";
import { PageHead } from "./PageHead";
import { RefundForm } from "./RefundForm";
import { ShipOrder } from "./ShipOrder";

/** One order, with all that the staff may do to it. */
export default function OrderPage() {
  const { orderId = "" } = useParams();
  const { t } = useI18n();
  const order = useOrder(orderId, true);
  if (order.data) return <Details order={order.data} />;
  if (order.isPending) {
    return (
      <Loading className="grid gap-6">
        <Skeleton className="h-10 w-64" />
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  if (isProblem(order.error, "order_not_found")) return <Empty title={t("order.missing")} />;
  return <Failed error={order.error} retry={() => void order.refetch()} />;
}

function Details({ order }: { order: Order }) {
  const { t, date } = useI18n();
  return (
    <>
      <PageHead
        title={t("order.number", { code: order.code })}
        text={t("order.placed", { date: date(order.createdAt, "time") })}
        back={{ to: "/admin/orders", name: t("admin.orders") }}
      >
        <OrderStatus status={order.status} />
        <Badge>{t(`admin.money.${order.paymentStatus}` as "admin.money.PAID")}</Badge>
      </PageHead>
      {order.failure && (
        <div className="mb-6">
          <Notice tone="bad">{t("admin.order.failure", { reason: order.failure })}</Notice>
        </div>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 gap-6">
          <Panel title={t("admin.order.items")}>
            <OrderLines order={order} />
          </Panel>
          <ShipOrder order={order} />
          <Money order={order} />
        </div>
        <div className="grid gap-6">
          <OrderMoves order={order} />
          <Panel title={t("order.delivery")}>
            {order.shippingAddress ? <AddressText address={order.shippingAddress} /> : <p className="text-muted">{t("order.noAddress")}</p>}
            <p className="text-sm wrap-anywhere text-muted">{order.email}</p>
          </Panel>
          <History order={order} />
        </div>
      </div>
    </>
  );
}

function Money({ order }: { order: Order }) {
  const { t, money, date } = useI18n();
  const refunds = useRefunds(order.orderId);
  useCatchUp(order, refunds.data ?? []);
  const tones = { PENDING: "warn", SUCCEEDED: "good", FAILED: "bad" } as const;
  return (
    <Panel title={t("admin.refunds")}>
      {refunds.isError && <Failed error={refunds.error} retry={() => void refunds.refetch()} />}
      {refunds.data?.length === 0 && <p className="text-muted">{t("admin.refunds.none")}</p>}
      {refunds.data && refunds.data.length > 0 && (
        <ul aria-label={t("admin.refunds")} className="divide-y divide-line">
          {refunds.data.map((refund) => (
            <li key={refund.refundId} className="flex flex-wrap items-center justify-between gap-3 py-3">
              <span className="min-w-0">
                <span className="font-semibold tabular-nums">{money(refund.amount, refund.currency)}</span>
                <span className="block text-sm wrap-anywhere text-muted">{[refund.reason, refund.failure].filter(Boolean).join(" · ")}</span>
              </span>
              <span className="text-right">
                <Badge tone={tones[refund.status as keyof typeof tones] ?? "plain"}>{t(`admin.refund.${refund.status}` as "admin.refund.SUCCEEDED")}</Badge>
                <time className="block text-sm text-muted">{date(refund.createdAt, "time")}</time>
              </span>
            </li>
          ))}
        </ul>
      )}
      <RefundForm order={order} />
    </Panel>
  );
}

/** The order hears of its refunds a moment later: it is asked again until it knows of them. */
function useCatchUp(order: Order, refunds: readonly Refund[]) {
  const client = useQueryClient();
  const known = Math.round(order.refundedAmount * 1000);
  const paid = refunds.filter((refund) => refund.status === "SUCCEEDED").reduce((sum, refund) => sum + Math.round(refund.amount * 1000), 0);
  const pending = refunds.some((refund) => refund.status === "PENDING");
  const { orderId } = order;
  useEffect(() => {
    if (paid <= known && !pending) return;
    const timer = setInterval(() => {
      void client.invalidateQueries({ queryKey: keys.order(orderId) });
      if (pending) void client.invalidateQueries({ queryKey: adminKeys.refunds(orderId) });
    }, 1000);
    return () => clearInterval(timer);
  }, [client, known, orderId, paid, pending]);
}

function History({ order }: { order: Order }) {
  const { t, maybe, date } = useI18n();
  const history = useOrderHistory(order.orderId, `${order.status} ${order.refundedAmount}`);
  return (
    <Panel title={t("admin.order.history")}>
      {history.isPending && <Skeleton className="h-32" />}
      <ol className="grid gap-3">
        {history.data?.map((entry) => (
          <li key={`${entry.status}-${entry.at}`}>
            <span className="font-semibold">{maybe(`event.${entry.status}`) ?? entry.status}</span>
            <time dateTime={entry.at} className="block text-sm text-muted">
              {date(entry.at, "time")}
            </time>
            {entry.note && <span className="block text-sm wrap-anywhere">{entry.note}</span>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
