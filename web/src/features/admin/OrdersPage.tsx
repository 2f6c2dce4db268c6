import { type OrderFilter, useAllOrders } from "@/api/admin/listAllOrders";
import type { Order, OrderStatus as Status } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { Field, Select } from "@/ui/Field";
import { Link } from "@/ui/Link";
import { OrderStatus } from "@/ui/OrderStatus";
import { useState } from "react";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";

const STATUSES: readonly Status[] = ["PENDING", "PROCESSING", "SHIPPED", "DELIVERED", "COMPLETED", "FAILED", "CANCELLED", "REFUNDED"];

interface Wishes {
  status: Status | "";
  email: string;
  from: string;
  to: string;
}

const NONE: Wishes = { status: "", email: "", from: "", to: "" };

/** Everybody's orders, and what narrows them. */
export default function OrdersPage() {
  const { t } = useI18n();
  const [wishes, setWishes] = useState(NONE);
  const orders = useAllOrders(useDebounced(filterOf(wishes), 400));
  const wish = (changed: Partial<Wishes>) => setWishes({ ...wishes, ...changed });
  return (
    <>
      <PageHead title={t("admin.orders")} />
      <form role="search" aria-label={t("admin.orders.filter")} className="mb-6 grid grid-cols-2 items-end gap-4 xl:grid-cols-4" onSubmit={(event) => event.preventDefault()}>
        <Select label={t("admin.orders.status")} className="max-sm:col-span-2" value={wishes.status} onChange={(event) => wish({ status: event.target.value as Status | "" })}>
          <option value="">{t("admin.all")}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`status.${status}`)}
            </option>
          ))}
        </Select>
        <Field label={t("admin.orders.email")} className="max-sm:col-span-2" type="search" autoComplete="off" maxLength={254} value={wishes.email} onChange={(event) => wish({ email: event.target.value })} />
        <Field label={t("admin.period.from")} className="grid-cols-1" type="date" max={wishes.to || undefined} value={wishes.from} onChange={(event) => wish({ from: event.target.value })} />
        <Field label={t("admin.period.to")} className="grid-cols-1" type="date" min={wishes.from || undefined} value={wishes.to} onChange={(event) => wish({ to: event.target.value })} />
      </form>
      <Listing
        label={t("admin.orders")}
        list={orders}
        keyOf={(order) => order.orderId}
        empty={{ title: t("admin.orders.none"), text: t("admin.orders.none.text"), icon: "search" }}
      >
        {(order) => <Row order={order} />}
      </Listing>
    </>
  );
}

function Row({ order }: { order: Order }) {
  const { t, date, money } = useI18n();
  const units = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <div className="relative grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[1fr_10rem_8rem]">
      <div className="min-w-0">
        <Link to={`/admin/orders/${order.orderId}`} className="font-semibold underline-offset-4 after:absolute after:inset-0 hover:underline">
          {order.code}
        </Link>
        <p className="truncate text-sm text-muted">{order.email}</p>
      </div>
      <div className="text-right tabular-nums sm:order-last">
        <span className="font-semibold">{money(order.totalAmount, order.currency)}</span>
        <span className="block text-sm text-muted">{t("admin.orders.units", { count: units })}</span>
      </div>
      <div className="col-span-2 flex flex-wrap items-center justify-between gap-2 sm:col-span-1 sm:grid sm:justify-items-start sm:gap-1">
        <OrderStatus status={order.status} />
        <time className="text-sm text-muted">{date(order.createdAt, "time")}</time>
      </div>
    </div>
  );
}

/** Days of whoever looks, as instants. Half an address finds nobody, so it is not asked for. */
function filterOf({ status, email, from, to }: Wishes): OrderFilter {
  return {
    status,
    email: /^\S+@\S+$/.test(email.trim()) ? email.trim() : "",
    since: from && new Date(`${from}T00:00:00`).toISOString(),
    until: to && new Date(`${to}T23:59:59.999`).toISOString(),
  };
}
