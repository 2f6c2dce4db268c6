import { useI18n, type Key } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Notice } from "@/ui/States";
import { useState } from "react";
import type { Keep } from "./useCheckoutDraft";

interface TestCard {
  token: string;
  digits: string;
  name: Key;
  text: Key;
  tint: string;
}

// The sandbox's tokens (`OUTCOMES` in payments/sandbox/provider.py), as cards that one can pick.
const CARDS: readonly TestCard[] = [
  { token: "tok_visa", digits: "4242", name: "card.good", text: "card.good.text", tint: "mint" },
  { token: "tok_threeDSecure", digits: "3155", name: "card.secure", text: "card.secure.text", tint: "sky" },
  { token: "tok_chargeDeclined", digits: "0002", name: "card.declined", text: "card.declined.text", tint: "rose" },
  { token: "tok_insufficientFunds", digits: "9995", name: "card.poor", text: "card.poor.text", tint: "butter" },
  { token: "tok_networkError", digits: "0119", name: "card.network", text: "card.network.text", tint: "lilac" },
];

interface Props {
  card: string;
  keep: Keep;
  onDone: () => void;
}

export function PaymentStep({ card, keep, onDone }: Props) {
  const { t } = useI18n();
  const [missing, setMissing] = useState(false);
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        setMissing(!card);
        if (card) onDone();
      }}
    >
      <Notice>{t("payment.sandbox")}</Notice>
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="sr-only">{t("checkout.payment")}</legend>
        {CARDS.map((entry) => (
          <label
            key={entry.token}
            className="grid gap-3 rounded-2xl border-[1.5px] border-line p-3 has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-3 has-focus-visible:outline-focus"
          >
            <CardFace card={entry} />
            <span className="flex gap-3">
              <input
                type="radio"
                name="card"
                value={entry.token}
                className="mt-1 size-4 shrink-0 accent-brand"
                checked={card === entry.token}
                onChange={() => {
                  setMissing(false);
                  keep({ card: entry.token });
                }}
              />
              <span>
                <span className="block font-semibold">{t(entry.name)}</span>
                <span className="text-sm text-muted">{t(entry.text)}</span>
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {missing && <Notice tone="bad">{t("payment.choose")}</Notice>}
      <Button type="submit" className="justify-self-start">
        {t("checkout.toReview")}
      </Button>
    </form>
  );
}

PaymentStep.Summary = function Summary({ card }: { card: string }) {
  const { t } = useI18n();
  const chosen = CARDS.find((entry) => entry.token === card);
  return (
    <p className="flex items-center gap-2">
      <Icon name="card" /> {t("payment.endingIn", { digits: chosen?.digits ?? "" })}
    </p>
  );
};

function CardFace({ card }: { card: TestCard }) {
  return (
    <span
      aria-hidden="true"
      className="relative grid aspect-[2.8] content-between overflow-hidden rounded-xl p-4 text-ink"
      style={{ background: `var(--${card.tint})` }}
    >
      <span className="absolute -right-8 -bottom-14 size-36 rounded-full" style={{ background: `var(--${card.tint}-2)` }} />
      <span className="h-6 w-9 rounded-md bg-[#d6b25e]" />
      <span className="relative font-mono text-sm tracking-widest">•••• •••• •••• {card.digits}</span>
    </span>
  );
}
