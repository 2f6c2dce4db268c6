import { useSetCartItem } from "@/api/cart/setCartItem";
import type { CartItem } from "@/api/types";
import { cx } from "@/lib/cx";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Icon } from "@/ui/Icon";
import { OptionText } from "@/ui/OptionText";
import { colourOf, Picture } from "@/ui/Picture";
import { Quantity } from "@/ui/Quantity";
import { Link } from "@/ui/Link";

const MOST = 99;

export function CartLine({ item, currency }: { item: CartItem; currency: string }) {
  const { t, money } = useI18n();
  const text = useErrorText();
  const set = useSetCartItem();
  const { productId, variantId } = item;
  // What was asked for shows at once, and goes back if the shop says no.
  const quantity = set.isPending ? set.variables.quantity : item.quantity;

  function change(next: number) {
    set.mutate({ productId, variantId, quantity: next }, { onError: (error) => toast(text(error), { kind: "error" }) });
  }

  function remove() {
    const before = item.quantity;
    // The line is gone when the answer comes, and its callbacks with it: so this one is awaited here.
    set
      .mutateAsync({ productId, variantId, quantity: 0 })
      .then(() => {
        document.getElementById("main")?.focus({ preventScroll: true });
        toast(t("cart.removed", { name: item.name }), { action: { label: t("undo"), run: () => change(before) } });
      })
      .catch((error: unknown) => toast(text(error), { kind: "error" }));
  }

  const link = `/products/${productId}`;
  return (
    <li className={cx("flex gap-4 py-5 transition-opacity", quantity === 0 && "opacity-40")}>
      <Link to={link} tabIndex={-1} aria-hidden="true" className="shrink-0">
        <Picture photo={item.imageUrl} sizes="8rem" name={item.name} colour={colourOf(item.options)} className="size-24 rounded-2xl sm:size-32" />
      </Link>
      <div className="grid min-w-0 grow content-between gap-3">
        <div className="flex flex-wrap justify-between gap-x-4 gap-y-1">
          <div className="min-w-0">
            <h2 className="font-sans text-lg leading-snug font-semibold tracking-normal">
              <Link to={link} className="underline-offset-4 hover:underline">
                {item.name}
              </Link>
            </h2>
            <OptionText options={item.options} />
            <p className="text-sm text-muted tabular-nums">{t("cart.each", { price: money(item.price, currency) })}</p>
          </div>
          <p className="text-lg font-semibold tabular-nums">{money(item.lineTotal, currency)}</p>
        </div>
        <div className="flex items-center justify-between gap-2">
          <Quantity
            label={t("cart.quantity", { name: item.name })}
            value={quantity}
            most={Math.min(MOST, item.available)}
            disabled={quantity === 0}
            onChange={change}
          />
          <button
            type="button"
            aria-label={t("cart.remove", { name: item.name })}
            className="flex min-h-11 items-center gap-2 rounded-full px-3 text-sm font-medium text-muted hover:bg-sunken hover:text-ink"
            onClick={remove}
          >
            <Icon name="bin" /> <span className="hidden sm:inline">{t("cart.remove.short")}</span>
          </button>
        </div>
      </div>
    </li>
  );
}
