import type { ShippingMethod } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import type { Keep } from "./useCheckoutDraft";

/** What sending costs for goods of this value. Only shown; the shop calculates what is charged. */
export function shippingPrice(method: ShippingMethod, subtotal: number): number {
  return method.freeFrom !== null && method.freeFrom !== undefined && subtotal >= method.freeFrom ? 0 : method.price;
}

interface Props {
  methods: readonly ShippingMethod[];
  chosen: string;
  subtotal: number;
  keep: Keep;
  onDone: () => void;
}

export function ShippingStep({ methods, chosen, subtotal, keep, onDone }: Props) {
  const { t } = useI18n();
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        keep({ method: chosen });
        onDone();
      }}
    >
      <fieldset className="grid gap-3">
        <legend className="sr-only">{t("checkout.shipping")}</legend>
        {methods.map((method) => (
          <label
            key={method.id}
            className="flex items-center gap-4 rounded-2xl border-[1.5px] border-line p-4 has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-3 has-focus-visible:outline-focus"
          >
            <input type="radio" name="method" className="size-4 accent-brand" checked={method.id === chosen} onChange={() => keep({ method: method.id })} />
            <ShippingStep.Summary method={method} subtotal={subtotal} />
          </label>
        ))}
      </fieldset>
      <Button type="submit" className="justify-self-start">
        {t("checkout.toPayment")}
      </Button>
    </form>
  );
}

ShippingStep.Summary = function Summary({ method, subtotal }: { method: ShippingMethod; subtotal: number }) {
  const { t, money, maybe } = useI18n();
  const price = shippingPrice(method, subtotal);
  return (
    <span className="flex grow flex-wrap justify-between gap-x-4">
      <span>
        <span className="font-semibold text-ink">{maybe(`shipping.${method.id}`) ?? method.name}</span>
        {method.days && <span className="block text-sm text-muted">{t("shipping.days", { days: method.days.replace("to", t("shipping.to")) })}</span>}
      </span>
      <span className="font-semibold text-ink tabular-nums">{price === 0 ? t("shipping.free") : money(price, method.currency)}</span>
    </span>
  );
};
