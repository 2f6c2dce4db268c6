import type { Placing } from "@/api/orders/placeOrder";
import type { Address } from "@/api/types";
import { draft as kept, keepDraft } from "@/lib/storage";
import { useCallback, useState } from "react";

/** What was entered so far. Survives a reload of this tab; the card's token is the sandbox's and no secret. */
export interface CheckoutDraft {
  email: string;
  address: Address | null;
  method: string;
  card: string;
  /** The last payment did not go through: begin with the payment. */
  retry: boolean;
  /** What was sent and not answered: it may have been ordered, or not. */
  open: Placing | null;
}

const EMPTY: CheckoutDraft = { email: "", address: null, method: "", card: "", retry: false, open: null };

export type Keep = (change: Partial<CheckoutDraft>) => void;

export function useCheckoutDraft(): [CheckoutDraft, Keep] {
  const [value, set] = useState<CheckoutDraft>(() => ({ ...EMPTY, ...kept<Partial<CheckoutDraft>>("checkout") }));
  const keep = useCallback<Keep>((change) => {
    set((before) => {
      const after = { ...before, ...change };
      keepDraft("checkout", after);
      return after;
    });
  }, []);
  return [value, keep];
}

/** After an order: begin anew, or try another card. */
export function afterOrder(outcome: "paid" | "declined"): void {
  if (outcome === "paid") keepDraft("checkout", null);
  else keepDraft("checkout", { ...kept<Partial<CheckoutDraft>>("checkout"), card: "", retry: true, open: null });
}
