import { useDeliverVendorOrder } from "@/api/vendor/deliverVendorOrder";
import { useVendorOrders } from "@/api/vendor/listVendorOrders";
import type { FulfilmentStatus, VendorOrder } from "@/api/vendor/types";
import { useErrorText } from "@/lib/errorText";
import { type Key, useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { AddressText } from "@/ui/AddressFields";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { MoreButton } from "@/ui/MoreButton";
import { OptionText } from "@/ui/OptionText";
import { colourOf, Picture } from "@/ui/Picture";
import { Badge, Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { Choice } from "@/ui/Choice";
import { ShipForm } from "./ShipForm";

const SHOWN: readonly { status: FulfilmentStatus | null; name: Key }[] = [
  { status: "PROCESSING", name: "vendor.orders.toShip" },
  { status: "SHIPPED", name: "vendor.orders.shipped" },
  { status: null, name: "vendor.orders.all" },
];

const ALL = "ALL";

const TONES = { PENDING: "plain", PROCESSING: "warn", SHIPPED: "good", DELIVERED: "good", CANCELLED: "plain" } as const;

export default function OrdersPage() {
  const { t } = useI18n();
  useTitle(t("vendor.orders"));
  const [shown, show] = useState<FulfilmentStatus | null>("PROCESSING");
  const orders = useVendorOrders(shown);
  const listed = orders.data?.pages.flatMap((page) => page.body);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-2xl">{t("vendor.orders")}</h2>
        <Choice<FulfilmentStatus | "ALL">
          label={t("vendor.orders.show")}
          options={SHOWN.map(({ status, name }) => ({ value: status ?? ALL, name: t(name) }))}
          value={shown ?? ALL}
          onChange={(value) => show(value === ALL ? null : value)}
        />
      </div>
      {orders.isPending && (
        <Loading className="grid gap-4">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-56 rounded-card" />
          ))}
        </Loading>
      )}
      {orders.isError && !listed && <Failed error={orders.error} retry={() => void orders.refetch()} />}
      {listed?.length === 0 && (
        <Empty
          icon="truck"
          title={t(shown === "PROCESSING" ? "vendor.orders.done" : "vendor.orders.none")}
          text={t(shown === "PROCESSING" ? "vendor.orders.done.text" : "vendor.orders.none.text")}
        />
      )}
      <ul className="grid gap-4">
        {listed?.map((order) => (
          <li key={order.orderId}>
            <OrderCard order={order} />
          </li>
        ))}
      </ul>
      <MoreButton list={orders} />
    </>
  );
}

function OrderCard({ order }: { order: VendorOrder }) {
  const { t, date, money } = useI18n();
  const id = `order-${order.orderId}`;
  return (
    <article aria-labelledby={id} className="card grid gap-5 p-5 sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h3 id={id} className="text-lg">
            {t("order.number", { code: order.code })}
          </h3>
          <p className="text-sm text-muted">{date(order.createdAt, "time")}</p>
        </div>
        <Badge tone={TONES[order.status]}>{t(`vendor.part.${order.status}`)}</Badge>
      </div>
      <div className="grid gap-6 lg:grid-cols-[1fr_18rem]">
        <Items order={order} />
        <div className="grid content-start gap-4">
          <section>
            <h4 className="mb-1 text-sm font-semibold text-muted">{t("vendor.orders.to")}</h4>
            {order.shippingAddress ? <AddressText address={order.shippingAddress} /> : <p>{t("order.noAddress")}</p>}
            {order.shippingAddress?.phone && <p className="text-muted">{order.shippingAddress.phone}</p>}
          </section>
          <p className="flex justify-between border-t border-line pt-3">
            <span className="text-muted">{t("vendor.orders.total")}</span>
            <span className="font-bold tabular-nums">{money(order.total, order.currency)}</span>
          </p>
        </div>
      </div>
      {order.status === "PROCESSING" && <ShipForm order={order} />}
      {order.carrier && (
        <p className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
          <Icon name="truck" />
          <span className="font-semibold">{order.carrier}</span>
          {order.tracking && <span className="break-all text-muted">{order.tracking}</span>}
          {order.shippedAt && <span className="text-sm text-muted">{date(order.shippedAt, "time")}</span>}
          {order.deliveredAt && <span className="text-sm text-muted">· {t("vendor.deliver.at", { date: date(order.deliveredAt, "time") })}</span>}
          {order.status === "SHIPPED" && <Arrived order={order} />}
        </p>
      )}
    </article>
  );
}

function Arrived({ order }: { order: VendorOrder }) {
  const { t } = useI18n();
  const text = useErrorText();
  const deliver = useDeliverVendorOrder();
  return (
    <Button
      look="plain"
      size="small"
      className="ml-auto"
      busy={deliver.isPending}
      aria-label={`${t("vendor.deliver.action")}: ${order.code}`}
      onClick={() =>
        deliver.mutateAsync(order.orderId).then(
          () => toast(t("vendor.deliver.done", { code: order.code })),
          (error: unknown) => toast(text(error), { kind: "error" }),
        )
      }
    >
      {t("vendor.deliver.action")}
    </Button>
  );
}

function Items({ order }: { order: VendorOrder }) {
  const { t, money } = useI18n();
  return (
    <ul className="divide-y divide-line">
      {order.items.map((item) => (
        <li key={item.variantId} className="flex items-center gap-4 py-3 first:pt-0">
          <Picture photo={item.imageUrl} sizes="4rem" name={item.name} colour={colourOf(item.options)} className="size-14 shrink-0 rounded-xl" />
          <div className="min-w-0 grow">
            <p className="font-semibold">{item.name}</p>
            <OptionText options={item.options} />
            {item.sku && <p className="text-sm text-muted">{t("vendor.sku", { sku: item.sku })}</p>}
          </div>
          <p className="text-right">
            <span className="block text-lg font-bold tabular-nums">× {item.quantity}</span>
            <span className="text-sm text-muted tabular-nums">{money(item.lineTotal, order.currency)}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}
