import { useOrders } from "@/api/orders/listOrders";
import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { MoreButton } from "@/ui/MoreButton";
import { OrderStatus } from "@/ui/OrderStatus";
import { colourOf, Picture } from "@/ui/Picture";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { Link } from "@/ui/Link";

export default function OrdersPage() {
  const { t } = useI18n();
  useTitle(t("orders.title"));
  const orders = useOrders();
  const shown = orders.data?.pages.flatMap((page) => page.body);
  return (
    <div className="wrap max-w-4xl">
      <h1 className="py-8 text-4xl md:text-5xl">{t("orders.title")}</h1>
      {orders.isPending && (
        <Loading className="grid gap-4">
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="h-36 rounded-card" />
          ))}
        </Loading>
      )}
      {orders.isError && !shown && <Failed error={orders.error} retry={() => void orders.refetch()} />}
      {shown?.length === 0 && (
        <Empty title={t("orders.empty")} text={t("orders.empty.text")}>
          <ButtonLink to="/products">{t("cart.empty.action")}</ButtonLink>
        </Empty>
      )}
      <ul className="grid gap-4">
        {shown?.map((order) => (
          <li key={order.orderId}>
            <OrderCard order={order} />
          </li>
        ))}
      </ul>
      <MoreButton list={orders} />
    </div>
  );
}

function OrderCard({ order }: { order: Order }) {
  const { t, money, date } = useI18n();
  return (
    <article className="card group relative grid gap-4 p-5 transition hover:shadow-lift sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="text-lg">
            <Link to={`/orders/${order.orderId}`} className="underline-offset-4 group-hover:underline after:absolute after:inset-0 after:rounded-card">
              {t("order.number", { code: order.code })}
            </Link>
          </h2>
          <p className="text-sm text-muted">{date(order.createdAt)}</p>
        </div>
        <OrderStatus status={order.status} />
      </div>
      <div className="flex items-center justify-between gap-4">
        <div className="flex -space-x-3">
          {order.items.slice(0, 4).map((item) => (
            <Picture
              key={item.variantId}
              photo={item.imageUrl}
              sizes="4rem"
              name={item.name}
              colour={colourOf(item.options)}
              className="size-14 rounded-full border-2 border-surface"
            />
          ))}
          {order.items.length > 4 && (
            <span className="grid size-14 place-items-center rounded-full border-2 border-surface bg-sunken text-sm font-bold">+{order.items.length - 4}</span>
          )}
        </div>
        <p className="text-lg font-bold tabular-nums">{money(order.totalAmount, order.currency)}</p>
      </div>
    </article>
  );
}
