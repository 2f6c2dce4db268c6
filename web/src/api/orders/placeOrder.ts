import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { OrderAccepted, PlaceOrder } from "../types";

export interface Placing {
  order: PlaceOrder;
  /** The same for every try of one intention: a repeated request orders once. */
  key: string;
}

export function placeOrder({ order, key }: Placing): Promise<OrderAccepted> {
  return call<OrderAccepted>("POST", "/orders", { body: order, headers: { "Idempotency-Key": key } });
}

export function usePlaceOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: placeOrder,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.cart });
      void client.invalidateQueries({ queryKey: keys.orders });
    },
  });
}
