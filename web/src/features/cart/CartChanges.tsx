import { useSetCartItem } from "@/api/cart/setCartItem";
import type { Cart, CartChange } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";

/** What became different since things were put into the cart, each with the button that settles it. */
export function CartChanges({ cart }: { cart: Cart }) {
  const { t } = useI18n();
  if (cart.changes.length === 0) return null;
  return (
    <section role="status" aria-label={t("changes.label")} className="fade rounded-card bg-warn-soft p-5 text-warn">
      <h2 className="mb-2 flex items-center gap-2 text-lg">
        <Icon name="alert" /> {t("changes.label")}
      </h2>
      <ul className="grid gap-2">
        {cart.changes.map((change) => (
          <Change key={`${change.variantId}-${change.type}`} change={change} cart={cart} />
        ))}
      </ul>
    </section>
  );
}

function Change({ change, cart }: { change: CartChange; cart: Cart }) {
  const { t, money } = useI18n();
  const set = useSetCartItem();
  const { productId, variantId, name } = change;
  const line = cart.items.find((item) => item.variantId === variantId);
  const available = change.available ?? 0;
  const quantity = change.type === "unavailable" ? 0 : change.type === "quantity_limited" ? available : (line?.quantity ?? 0);
  const price = (amount: number | null | undefined) => money(amount ?? 0, cart.currency);
  const texts: Record<string, string> = {
    price_changed: t("changes.price", { name, before: price(change.priceWhenAdded), now: price(change.price) }),
    unavailable: t("changes.gone", { name }),
    quantity_limited: t("changes.few", { name, count: available }),
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <span className="font-medium text-ink">{texts[change.type] ?? `${name}: ${change.message}`}</span>
      <button
        type="button"
        className="min-h-10 rounded-full font-bold underline underline-offset-4"
        onClick={() => set.mutate({ productId, variantId, quantity })}
      >
        {t(quantity === 0 ? "cart.remove.short" : "changes.ok")}
        <span className="sr-only"> {name}</span>
      </button>
    </li>
  );
}
