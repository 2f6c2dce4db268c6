import { call } from "../client";
import { keys } from "../queries";
import type { Order } from "../types";
import { adminKeys } from "./keys";
import type { Refund, RefundWish, Shipment } from "./types";
import { useChange } from "./useChange";

const path = (orderId: string, what: string) => `/orders/${encodeURIComponent(orderId)}/${what}`;

function useOrderChange<In extends { orderId: string }, Out>(run: (given: In) => Promise<Out>) {
  return useChange(run, ({ orderId }) => [keys.order(orderId), adminKeys.orders, adminKeys.refunds(orderId), adminKeys.figures]);
}

/** Hands the order, or one vendor's part of it, to a carrier. */
export function useShipOrder() {
  return useOrderChange(({ orderId, ...body }: Shipment & { orderId: string }) => call<Order>("POST", path(orderId, "shipments"), { body }));
}

/** Gives part of the money back. The same `refundId` again gives nothing more. */
export function useRefundOrder() {
  return useOrderChange(({ orderId, ...body }: RefundWish & { orderId: string }) => call<Refund>("POST", path(orderId, "refunds"), { body }));
}

export function useCancelAnyOrder() {
  return useOrderChange(({ orderId, reason }: { orderId: string; reason: string }) => call<Order>("POST", path(orderId, "cancel"), { body: { reason } }));
}

/** One vendor's part has arrived. */
export function useDeliverPart() {
  return useOrderChange(({ orderId, vendorId }: { orderId: string; vendorId: string }) =>
    call<Order>("POST", path(orderId, "deliver"), { query: { vendorId } }),
  );
}

/** The parcel has arrived, or nothing more is to be done. */
export function useMoveOrder() {
  return useOrderChange(({ orderId, to }: { orderId: string; to: "deliver" | "complete" }) => call<Order>("POST", path(orderId, to)));
}
