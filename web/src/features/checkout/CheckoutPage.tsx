import { useMe } from "@/api/account/getMe";
import { useCart } from "@/api/cart/getCart";
import { useShippingMethods } from "@/api/orders/listShippingMethods";
import { count } from "@/api/events";
import type { Cart, ShippingMethod } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useEffect, useState } from "react";
import { AddressStep } from "./AddressStep";
import { OpenOrder } from "./OpenOrder";
import { PaymentStep } from "./PaymentStep";
import { ReviewStep } from "./ReviewStep";
import { ShippingStep } from "./ShippingStep";
import { type Step, StepCard, STEPS } from "./StepCard";
import { OrderSummary } from "./OrderSummary";
import { type CheckoutDraft, type Keep, useCheckoutDraft } from "./useCheckoutDraft";

export default function CheckoutPage() {
  const { t } = useI18n();
  useTitle(t("checkout.title"));
  const cart = useCart();
  const methods = useShippingMethods();
  const me = useMe();
  const [draft, keep] = useCheckoutDraft();
  const failed = cart.error ?? methods.error;
  return (
    <div className="wrap">
      <h1 className="py-8 text-4xl md:text-5xl">{t("checkout.title")}</h1>
      {cart.data && methods.data && !me.isLoading ? (
        cart.data.items.length > 0 ? (
          <Steps cart={cart.data} methods={methods.data} email={me.data?.email} {...{ draft, keep }} />
        ) : draft.open ? (
          <OpenOrder placing={draft.open} keep={keep} />
        ) : (
          <Empty icon="cart" title={t("cart.empty")} text={t("cart.empty.text")}>
            <ButtonLink to="/products">{t("cart.empty.action")}</ButtonLink>
          </Empty>
        )
      ) : failed ? (
        <Failed
          error={failed}
          retry={() => {
            void cart.refetch();
            void methods.refetch();
          }}
        />
      ) : (
        <Loading className="grid gap-8 lg:grid-cols-[1fr_24rem]">
          <Skeleton className="h-96 rounded-card" />
          <Skeleton className="h-64 rounded-card" />
        </Loading>
      )}
    </div>
  );
}

interface StepsProps {
  cart: Cart;
  methods: readonly ShippingMethod[];
  /** Of who is signed in; guests are asked for theirs. */
  email: string | undefined;
  draft: CheckoutDraft;
  keep: Keep;
}

function Steps({ cart, methods, email, draft, keep }: StepsProps) {
  useEffect(() => count("checkout"), []);
  const [step, go] = useState<Step>(draft.address ? (draft.retry ? "payment" : "shipping") : "address");
  const method = methods.find((entry) => entry.id === draft.method) ?? methods[0];
  const done = (name: Step) => STEPS.indexOf(name) < STEPS.indexOf(step);
  const next = () => go(STEPS[STEPS.indexOf(step) + 1] ?? "review");
  const bind = (name: Step) => ({ name, now: step === name, done: done(name), onEdit: () => go(name) });
  const chosen = { ...draft, method: method?.id ?? "", email: email ?? draft.email };
  return (
    <div className="grid gap-8 lg:grid-cols-[1fr_24rem] lg:gap-14">
      <div className="order-last grid min-w-0 content-start gap-4 lg:order-first">
        <StepCard {...bind("address")} summary={<AddressStep.Summary draft={chosen} />}>
          <AddressStep draft={chosen} signedIn={email !== undefined} keep={keep} onDone={next} />
        </StepCard>
        <StepCard {...bind("shipping")} summary={method && <ShippingStep.Summary method={method} subtotal={cart.total} />}>
          <ShippingStep methods={methods} chosen={chosen.method} subtotal={cart.total} keep={keep} onDone={next} />
        </StepCard>
        <StepCard {...bind("payment")} summary={<PaymentStep.Summary card={draft.card} />}>
          <PaymentStep card={draft.card} keep={keep} onDone={next} />
        </StepCard>
        <StepCard {...bind("review")}>
          <ReviewStep cart={cart} method={method} draft={chosen} keep={keep} />
        </StepCard>
      </div>
      <OrderSummary cart={cart} method={method} />
    </div>
  );
}
