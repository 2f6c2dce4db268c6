import { useGuestToken } from "@/api/orders/useGuestToken";
import { orderToken } from "@/api/orders/guestTokens";
import { useOrder } from "@/api/orders/getOrder";
import { keys } from "@/api/queries";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Mark } from "@/ui/Logo";
import { OrderLines } from "@/ui/OrderLines";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useParams } from "react-router";
import { BankStep } from "./BankStep";
import { Panel } from "./Panel";
import { afterOrder } from "./useCheckoutDraft";

/** What becomes of an order, as it happens: it waits, asks the bank, is paid, or is not. */
export default function ConfirmationPage() {
  const { orderId = "" } = useParams();
  const { t } = useI18n();
  useGuestToken(orderId);
  const order = useOrder(orderId, true);
  const client = useQueryClient();
  const status = order.data?.status;
  const paid = status !== undefined && status !== "PENDING" && status !== "FAILED";
  useTitle(t(paid ? "done.title" : "done.waiting"));

  useEffect(() => {
    if (status === undefined || status === "PENDING") return;
    afterOrder(status === "FAILED" ? "declined" : "paid");
    void client.invalidateQueries({ queryKey: keys.cart });
    void client.invalidateQueries({ queryKey: keys.orders });
    void client.invalidateQueries({ queryKey: keys.products });
  }, [client, status]);

  return (
    <div className="wrap max-w-4xl py-10">
      {order.data ? (
        <Outcome order={order.data} paid={paid} />
      ) : order.isPending ? (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      ) : (
        <Failed page error={order.error} retry={() => void order.refetch()} />
      )}
    </div>
  );
}

function Outcome({ order, paid }: { order: Order; paid: boolean }) {
  const { t } = useI18n();
  if (order.status === "FAILED") return <NotPaid order={order} />;
  if (paid) return <Paid order={order} />;
  if (order.paymentActionUrl) return <BankStep url={order.paymentActionUrl} />;
  return (
    <Panel tint="lilac" picture={<span className="turning"><Mark className="size-16" /></span>} title={t("done.waiting")}>
      <p>{t("done.waiting.text")}</p>
    </Panel>
  );
}

function Paid({ order }: { order: Order }) {
  const { t } = useI18n();
  return (
    <div className="grid gap-8">
      <Panel tint="mint" title={t("done.title")} picture={<Tick />}>
        <p>{t("done.text", { email: order.email })}</p>
        <p className="font-semibold">{t("order.number", { code: order.code })}</p>
        <div className="mt-4 flex flex-wrap justify-center gap-3">
          <ButtonLink to={`/orders/${order.orderId}`} state={{ guestToken: orderToken(order.orderId) }}>{t("done.order")}</ButtonLink>
          <ButtonLink to="/products" look="plain">
            {t("done.shop")}
          </ButtonLink>
        </div>
      </Panel>
      <section className="card p-6" aria-label={t("order.items")}>
        <OrderLines order={order} />
      </section>
    </div>
  );
}

function NotPaid({ order }: { order: Order }) {
  const { t, maybe } = useI18n();
  const [code, reason] = (order.failure ?? "").split(":");
  const why = maybe(`failure.${reason ?? ""}`) ?? maybe(`failure.${code ?? ""}`) ?? t("failure.other");
  const declined = code === "payment_declined" || code === "payment_not_confirmed";
  return (
    <Panel tint="rose" title={t(declined ? "failed.title" : "failed.other")} picture={<Icon name={declined ? "card" : "alert"} className="size-14" />} alert>
      <p>{why}</p>
      <p>{t("failed.text")}</p>
      <div className="mt-4 flex flex-wrap justify-center gap-3">
        <ButtonLink to="/checkout" replace>
          {t("failed.again")}
        </ButtonLink>
        <ButtonLink to="/cart" look="plain">
          {t("failed.cart")}
        </ButtonLink>
      </div>
    </Panel>
  );
}

function Tick() {
  return (
    <svg viewBox="0 0 48 48" className="size-16" fill="none" stroke="currentColor" strokeWidth="5" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path className="draw" d="m11 25 9 9 17-19" />
    </svg>
  );
}
