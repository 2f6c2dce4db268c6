import { keepOrderToken } from "@/api/orders/guestTokens";
import { isPassing, type Placing, usePlaceOrder } from "@/api/orders/placeOrder";
import { useNavigate } from "react-router";
import type { Keep } from "./useCheckoutDraft";

/** Places an order and goes to its page. What is sent is kept until it is answered, across a reload as well. */
export function useOrdering(keep: Keep) {
  const navigate = useNavigate();
  const place = usePlaceOrder();
  function order(placing: Placing): void {
    keep({ open: placing });
    place.mutate(placing, {
      onSuccess: ({ orderId, guestToken }) => {
        keep({ open: null });
        keepOrderToken(orderId, guestToken);
        void navigate(`/checkout/orders/${orderId}`, { replace: true, state: { guestToken } });
      },
      onError: (error) => {
        if (!isPassing(error)) keep({ open: null });
      },
    });
  }
  return { place, order };
}
