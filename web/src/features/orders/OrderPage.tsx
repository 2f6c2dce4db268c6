import { useOrder } from "@/api/orders/getOrder";
import { useGuestToken } from "@/api/orders/useGuestToken";
import { signedIn } from "@/api/session";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { useSignal } from "@/lib/signal";
import { useTitle } from "@/lib/useTitle";
import { AddressText } from "@/ui/AddressFields";
import { Breadcrumbs } from "@/ui/Breadcrumbs";
import { ButtonLink } from "@/ui/Button";
import { OrderLines } from "@/ui/OrderLines";
import { OrderStatus } from "@/ui/OrderStatus";
import { Empty, Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useLocation, useParams } from "react-router";
import { CancelOrder } from "./CancelOrder";
import { Parcels } from "./Parcels";
import { Reorder } from "./Reorder";
import { Timeline } from "./Timeline";

export default function OrderPage() {
  const { orderId = "" } = useParams();
  const { t } = useI18n();
  useGuestToken(orderId);
  const order = useOrder(orderId, true);
  useTitle(order.data ? t("order.number", { code: order.data.code }) : t("orders.title"));
  if (order.data) return <Details order={order.data} />;
  if (order.isPending) {
    return (
      <Loading className="wrap grid max-w-5xl gap-6 py-10">
        <Skeleton className="h-12 w-80" />
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  return (
    <div className="wrap">
      {isProblem(order.error, "order_not_found") ? <Missing /> : <Failed page error={order.error} retry={() => void order.refetch()} />}
    </div>
  );
}

function Missing() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const guest = useSignal(signedIn) === "no";
  return (
    <Empty page title={t("order.missing")} text={t(guest ? "order.missing.guest" : "order.missing.text")}>
      {guest && <ButtonLink to={`/signin?next=${encodeURIComponent(pathname)}`}>{t("signIn")}</ButtonLink>}
    </Empty>
  );
}

function Details({ order }: { order: Order }) {
  const { t, date } = useI18n();
  const mine = useSignal(signedIn) === "yes";
  const trail = mine ? [{ name: t("orders.title"), to: "/orders" }] : [{ name: t("home.name"), to: "/" }];
  return (
    <div className="wrap max-w-5xl">
      <div className="grid gap-3 py-8">
        <Breadcrumbs trail={[...trail, { name: order.code }]} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 className="text-3xl md:text-5xl">{t("order.number", { code: order.code })}</h1>
          <OrderStatus status={order.status} />
        </div>
        <p className="text-muted">{t("order.placed", { date: date(order.createdAt, "time") })}</p>
        {order.paymentActionUrl && (
          <Notice tone="warn">
            {t("order.bank")}{" "}
            <a href={order.paymentActionUrl} target="cartwheel-bank" rel="noopener" className="font-bold underline underline-offset-4">
              {t("bank.open")}
            </a>
          </Notice>
        )}
      </div>
      <div className="grid gap-6 md:grid-cols-[1fr_20rem]">
        <div className="grid content-start gap-6">
          <section aria-labelledby="items" className="card p-6">
            <h2 id="items" className="mb-4 text-xl">
              {t("order.items")}
            </h2>
            <OrderLines order={order} />
          </section>
          <div className="flex flex-wrap gap-3">
            <Reorder order={order} />
            <CancelOrder order={order} />
          </div>
        </div>
        <div className="grid content-start gap-6">
          <Timeline order={order} />
          <Parcels order={order} />
          <section aria-labelledby="delivery" className="card p-6">
            <h2 id="delivery" className="mb-3 text-xl">
              {t("order.delivery")}
            </h2>
            {order.shippingAddress ? <AddressText address={order.shippingAddress} /> : <p className="text-muted">{t("order.noAddress")}</p>}
            <p className="mt-3 text-sm text-muted">{order.email}</p>
          </section>
        </div>
      </div>
    </div>
  );
}
