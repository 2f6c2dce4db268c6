import { useCart } from "@/api/cart/getCart";
import type { Cart } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { CartChanges } from "./CartChanges";
import { CartLine } from "./CartLine";

export default function CartPage() {
  const { t } = useI18n();
  useTitle(t("cart.title"));
  const cart = useCart();
  return (
    <div className="wrap">
      <h1 className="py-8 text-4xl md:text-5xl">{t("cart.title")}</h1>
      {cart.data ? <Filled cart={cart.data} /> : cart.isPending ? <CartSkeleton /> : <Failed error={cart.error} retry={() => void cart.refetch()} />}
    </div>
  );
}

function Filled({ cart }: { cart: Cart }) {
  const { t } = useI18n();
  if (cart.items.length === 0 && cart.changes.length === 0) {
    return (
      <Empty icon="cart" title={t("cart.empty")} text={t("cart.empty.text")}>
        <ButtonLink to="/products">{t("cart.empty.action")}</ButtonLink>
      </Empty>
    );
  }
  return (
    <div className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-14">
      <div className="grid content-start gap-6">
        <CartChanges cart={cart} />
        <ul className="divide-y divide-line border-y border-line">
          {cart.items.map((item) => (
            <CartLine key={item.variantId} item={item} currency={cart.currency} />
          ))}
        </ul>
      </div>
      <Summary cart={cart} />
    </div>
  );
}

function Summary({ cart }: { cart: Cart }) {
  const { t, money } = useI18n();
  return (
    <section aria-labelledby="summary" className="card grid content-start gap-4 self-start p-6 lg:sticky lg:top-24">
      <h2 id="summary" className="text-xl">
        {t("cart.summary")}
      </h2>
      <dl className="grid gap-2">
        <div className="flex justify-between">
          <dt>{t("cart.goods", { count: cart.itemCount })}</dt>
          <dd className="tabular-nums">{money(cart.total, cart.currency)}</dd>
        </div>
        <div className="flex justify-between text-muted">
          <dt>{t("cart.shipping")}</dt>
          <dd>{t("cart.shipping.later")}</dd>
        </div>
        <div className="mt-2 flex justify-between border-t border-line pt-4 text-xl font-bold">
          <dt>{t("cart.total")}</dt>
          <dd className="tabular-nums" data-testid="cart-total">
            {money(cart.total, cart.currency)}
          </dd>
        </div>
      </dl>
      {cart.items.length > 0 && (
        <ButtonLink to="/checkout" size="large">
          {t("cart.checkout")}
        </ButtonLink>
      )}
      <p className="flex items-center justify-center gap-2 text-sm text-muted">
        <Icon name="lock" className="size-4" /> {t("cart.guest")}
      </p>
    </section>
  );
}

function CartSkeleton() {
  return (
    <Loading className="grid gap-8 lg:grid-cols-[1fr_22rem] lg:gap-14">
      <div className="grid gap-5">
        {[0, 1].map((line) => (
          <div key={line} className="flex gap-4">
            <Skeleton className="size-28 rounded-2xl" />
            <div className="grid grow content-start gap-3">
              <Skeleton className="h-5 w-2/3" />
              <Skeleton className="h-4 w-1/4" />
              <Skeleton className="h-11 w-36 rounded-full" />
            </div>
          </div>
        ))}
      </div>
      <Skeleton className="h-64 rounded-card" />
    </Loading>
  );
}
