import { useSalesSummary } from "@/api/vendor/getSales";
import { useVendorDesk } from "@/api/vendor/getVendorDesk";
import { useVendorOrders } from "@/api/vendor/listVendorOrders";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { Figure } from "@/ui/Figure";
import { lastDays } from "@/lib/period";

/** What waits, and how it goes. */
export default function OverviewPage() {
  const { t } = useI18n();
  useTitle(t("desk.vendor"));
  return (
    <div className="grid grid-cols-1 gap-8">
      <Waiting />
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-2">
        <NextOrders />
        <Panel title={t("vendor.begin")} text={t("vendor.begin.text")}>
          <div className="flex flex-wrap gap-3">
            <ButtonLink to="/vendor/products/new">
              <Icon name="plus" /> {t("vendor.product.new")}
            </ButtonLink>
            <ButtonLink look="plain" to="/vendor/sales">
              {t("vendor.sales")}
            </ButtonLink>
          </div>
        </Panel>
      </div>
    </div>
  );
}

function Waiting() {
  const { t, money, number } = useI18n();
  const desk = useVendorDesk();
  const sales = useSalesSummary(lastDays("30", new Date()));
  if (desk.isError && !desk.data) return <Failed error={desk.error} retry={() => void desk.refetch()} />;
  if (!desk.data) {
    return (
      <Loading className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {[0, 1, 2, 3].map((tile) => (
          <Skeleton key={tile} className="h-28 rounded-card" />
        ))}
      </Loading>
    );
  }
  const { ordersToShip, lowStock, limit, balance, currency } = desk.data;
  const upTo = (count: number) => (count < limit ? number(count) : `${number(count)}+`);
  return (
    <section aria-label={t("vendor.overview")}>
      <h2 className="sr-only">{t("vendor.overview")}</h2>
      <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        <Figure name={t("vendor.figure.toShip")} value={upTo(ordersToShip)} to="/vendor/orders" tone={ordersToShip > 0 ? "warn" : undefined} />
        <Figure name={t("vendor.figure.low")} value={upTo(lowStock)} to="/vendor/stock" tone={lowStock > 0 ? "warn" : undefined} />
        <Figure name={t("vendor.balance")} value={money(balance, currency)} to="/vendor/money" tone={balance < 0 ? "bad" : undefined} />
        {sales.data ? (
          <Figure
            name={t("vendor.figure.month")}
            value={money(sales.data.figures.revenue, sales.data.currency)}
            change={[sales.data.figures.revenue, sales.data.before.revenue]}
            to="/vendor/sales"
          />
        ) : (
          <Skeleton className="h-28 rounded-card" />
        )}
      </dl>
    </section>
  );
}

function NextOrders() {
  const { t, date, money } = useI18n();
  const orders = useVendorOrders("PROCESSING");
  const shown = orders.data?.pages[0]?.body.slice(0, 5);
  return (
    <Panel title={t("vendor.next")}>
      {orders.isPending && (
        <Loading>
          <Skeleton className="h-32 rounded-xl" />
        </Loading>
      )}
      {orders.isError && !shown && <Failed error={orders.error} retry={() => void orders.refetch()} />}
      {shown?.length === 0 && <p className="text-muted">{t("vendor.orders.done.text")}</p>}
      {shown && shown.length > 0 && (
        <ul className="min-w-0 divide-y divide-line">
          {shown.map((order) => (
            <li key={order.orderId} className="flex items-center justify-between gap-4 py-3 first:pt-0">
              <span className="min-w-0">
                <span className="block truncate font-semibold">{order.items.map((item) => `${item.quantity} × ${item.name}`).join(", ")}</span>
                <span className="text-sm text-muted">{date(order.createdAt, "time")}</span>
              </span>
              <span className="font-semibold tabular-nums">{money(order.total, order.currency)}</span>
            </li>
          ))}
        </ul>
      )}
      {shown && shown.length > 0 && (
        <Link to="/vendor/orders" className="font-semibold text-brand underline underline-offset-4">
          {t("vendor.next.all")}
        </Link>
      )}
    </Panel>
  );
}
