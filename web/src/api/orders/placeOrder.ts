import { Problem } from "@/lib/problem";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { OrderAccepted, PlaceOrder } from "../types";

const TRIES = 3;

/** Whether it is unknown what became of a request: it may have arrived. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && error.passing;
}

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
    // The answer may be lost though the order is placed. Its key makes asking again safe.
    retry: (count, error) => count < TRIES - 1 && isPassing(error),
    retryDelay: (count) => 600 * 2 ** count,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.orders }),
    onError: (error) => {
      if (!isPassing(error)) void client.invalidateQueries({ queryKey: keys.cart });
    },
  });
}
