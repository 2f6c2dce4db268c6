import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Order } from "../types";
import { orderHeaders } from "./guestTokens";

export function cancelOrder(orderId: string): Promise<Order> {
  const path = `/orders/${encodeURIComponent(orderId)}/cancel`;
  return call<Order>("POST", path, { body: {}, headers: orderHeaders(orderId) });
}

export function useCancelOrder(orderId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => cancelOrder(orderId),
    onSuccess: (order) => {
      client.setQueryData(keys.order(orderId), order);
      void client.invalidateQueries({ queryKey: keys.orders });
      void client.invalidateQueries({ queryKey: keys.products });
    },
    onError: () => client.invalidateQueries({ queryKey: keys.order(orderId) }),
  });
}
