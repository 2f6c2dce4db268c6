import type { Cart, ShippingMethod } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { add } from "@/lib/money";
import { Icon } from "@/ui/Icon";
import { OptionText } from "@/ui/OptionText";
import { colourOf, Picture } from "@/ui/Picture";
import { Link } from "@/ui/Link";
import { shippingPrice } from "./ShippingStep";

export function totalOf(cart: Cart, method: ShippingMethod | undefined): number {
  return add(cart.currency, cart.total, method ? shippingPrice(method, cart.total) : 0);
}

/** What is ordered and what it comes to; folded on a phone, where the steps come first. */
export function OrderSummary({ cart, method }: { cart: Cart; method: ShippingMethod | undefined }) {
  const { t, money } = useI18n();
  const total = money(totalOf(cart, method), cart.currency);
  return (
    <>
      <details className="card group lg:hidden">
        <summary className="flex cursor-pointer items-center justify-between gap-3 rounded-card p-5 font-display text-xl font-bold">
          <span className="flex items-center gap-2">
            {t("cart.summary")}
            <Icon name="down" className="size-4 transition-transform group-open:rotate-180" />
          </span>
          <span className="tabular-nums">{total}</span>
        </summary>
        <div className="grid gap-4 px-5 pb-5">
          <Content cart={cart} method={method} />
        </div>
      </details>
      <section aria-labelledby="checkout-summary" className="card hidden content-start gap-4 self-start p-6 lg:sticky lg:top-24 lg:grid">
        <h2 id="checkout-summary" className="text-xl">
          {t("cart.summary")}
        </h2>
        <Content cart={cart} method={method} />
      </section>
    </>
  );
}

function Content({ cart, method }: { cart: Cart; method: ShippingMethod | undefined }) {
  const { t, money } = useI18n();
  const shipping = method ? shippingPrice(method, cart.total) : 0;
  return (
    <>
      <ul className="-m-2 grid max-h-72 gap-3 overflow-y-auto p-2" tabIndex={0} aria-label={t("cart.title")}>
        {cart.items.map((item) => (
          <li key={item.variantId} className="flex items-center gap-3">
            <span className="relative">
              <Picture photo={item.imageUrl} sizes="8rem" name={item.name} colour={colourOf(item.options)} className="size-14 rounded-xl" />
              <span className="absolute -top-1.5 -right-1.5 grid size-5 place-items-center rounded-full bg-ink text-xs font-bold text-ground">
                {item.quantity}
                <span className="sr-only"> ×</span>
              </span>
            </span>
            <div className="min-w-0 grow">
              <p className="truncate text-sm font-semibold">{item.name}</p>
              <OptionText options={item.options} />
            </div>
            <p className="text-sm tabular-nums">{money(item.lineTotal, cart.currency)}</p>
          </li>
        ))}
      </ul>
      <dl className="grid gap-2 border-t border-line pt-4">
        <div className="flex justify-between">
          <dt>{t("cart.goods", { count: cart.itemCount })}</dt>
          <dd className="tabular-nums">{money(cart.total, cart.currency)}</dd>
        </div>
        <div className="flex justify-between">
          <dt>{t("cart.shipping")}</dt>
          <dd className="tabular-nums">{shipping === 0 ? t("shipping.free") : money(shipping, cart.currency)}</dd>
        </div>
        <div className="flex justify-between border-t border-line pt-3 text-xl font-bold">
          <dt>{t("cart.total")}</dt>
          <dd className="tabular-nums">{money(totalOf(cart, method), cart.currency)}</dd>
        </div>
      </dl>
      <Link to="/cart" className="flex min-h-11 items-center self-start text-sm font-semibold text-brand underline-offset-4 hover:underline">
        {t("cart.edit")}
      </Link>
    </>
  );
}
