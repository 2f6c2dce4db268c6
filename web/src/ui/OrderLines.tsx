import type { Order } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "./Link";
import { OptionText } from "./OptionText";
import { colourOf, Picture } from "./Picture";

/** What was bought, and what it came to. */
export function OrderLines({ order }: { order: Order }) {
  const { t, money } = useI18n();
  const sums: [string, string][] = [
    [t("order.subtotal"), money(order.subtotal, order.currency)],
    [t("cart.shipping"), order.shipping === 0 ? t("shipping.free") : money(order.shipping, order.currency)],
  ];
  if (order.refundedAmount > 0) sums.push([t("order.refunded"), `−${money(order.refundedAmount, order.currency)}`]);
  return (
    <>
      <ul className="divide-y divide-line">
        {order.items.map((item) => (
          <li key={item.variantId} className="flex items-center gap-4 py-3 first:pt-0">
            <Picture photo={item.imageUrl} sizes="8rem" name={item.name} colour={colourOf(item.options)} className="size-16 shrink-0 rounded-xl" />
            <div className="min-w-0 grow">
              <Link to={`/products/${item.productId}`} className="font-semibold underline-offset-4 hover:underline">
                {item.name}
              </Link>
              <OptionText options={item.options} />
              <p className="text-sm text-muted">{t("order.times", { quantity: item.quantity, price: money(item.price, order.currency) })}</p>
            </div>
            <p className="font-semibold tabular-nums">{money(item.lineTotal, order.currency)}</p>
          </li>
        ))}
      </ul>
      <dl className="mt-3 grid gap-1.5 border-t border-line pt-4">
        {sums.map(([name, amount]) => (
          <div key={name} className="flex justify-between">
            <dt className="text-muted">{name}</dt>
            <dd className="tabular-nums">{amount}</dd>
          </div>
        ))}
        <div className="flex justify-between pt-2 text-lg font-bold">
          <dt>{t("cart.total")}</dt>
          <dd className="tabular-nums">{money(order.totalAmount, order.currency)}</dd>
        </div>
      </dl>
    </>
  );
}
