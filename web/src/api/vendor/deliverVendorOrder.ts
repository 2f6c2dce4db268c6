import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { VendorOrder } from "./types";

/** One's own part of an order has arrived. */
export function useDeliverVendorOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (orderId: string) => call<VendorOrder>("POST", `/vendor/orders/${encodeURIComponent(orderId)}/deliver`),
    onSettled: () => Promise.all([deskKeys.orders, deskKeys.desk].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
