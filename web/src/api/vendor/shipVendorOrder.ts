import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { Parcel, VendorOrder } from "./types";

export function shipVendorOrder({ orderId, parcel }: { orderId: string; parcel: Parcel }): Promise<VendorOrder> {
  return call("POST", `/vendor/orders/${encodeURIComponent(orderId)}/shipments`, { body: parcel });
}

export function useShipVendorOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: shipVendorOrder,
    onSettled: () =>
      Promise.all([deskKeys.orders, deskKeys.desk].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
