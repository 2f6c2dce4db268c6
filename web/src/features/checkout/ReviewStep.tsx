import { newIdempotencyKey } from "@/api/client";
import type { Cart, ShippingMethod } from "@/api/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Notice } from "@/ui/States";
import { useMemo } from "react";
import { totalOf } from "./OrderSummary";
import type { CheckoutDraft, Keep } from "./useCheckoutDraft";
import { useOrdering } from "./useOrdering";

interface Props {
  cart: Cart;
  method: ShippingMethod | undefined;
  draft: CheckoutDraft;
  keep: Keep;
}

export function ReviewStep({ cart, method, draft, keep }: Props) {
  const { t, money, lang } = useI18n();
  const text = useErrorText();
  const { place, order: send } = useOrdering(keep);
  const total = totalOf(cart, method);
  const order = {
    paymentToken: draft.card,
    email: draft.email || undefined,
    shippingAddress: draft.address ?? undefined,
    shippingMethod: method?.id,
    expectedTotal: total,
    locale: lang,
  };
  // One key for one order: trying again after a lost answer orders once; another cart or card is another order.
  const said = JSON.stringify([order, cart.version]);
  const key = useMemo(() => newIdempotencyKey(), [said]); // eslint-disable-line react-hooks/exhaustive-deps

  return (
    <div className="grid gap-5">
      <p>{t("review.text")}</p>
      {cart.changes.length > 0 && <Notice tone="warn">{t("review.changed")}</Notice>}
      {place.isError && <Notice tone="bad">{text(place.error)}</Notice>}
      <Button size="large" className="justify-self-stretch sm:justify-self-start" busy={place.isPending} onClick={() => send({ order, key })}>
        <Icon name="lock" />
        {t(place.isError ? "review.again" : "review.pay", { total: money(total, cart.currency) })}
      </Button>
    </div>
  );
}
