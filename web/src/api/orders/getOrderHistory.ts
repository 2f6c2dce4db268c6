import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { HistoryEntry } from "../types";
import { orderHeaders } from "./guestTokens";

export function getOrderHistory(orderId: string, signal?: AbortSignal): Promise<HistoryEntry[]> {
  const path = `/orders/${encodeURIComponent(orderId)}/history`;
  return call<HistoryEntry[]>("GET", path, { headers: orderHeaders(orderId), signal });
}

/** What has happened to an order; asked anew when its status changes. */
export function useOrderHistory(orderId: string, status: string | undefined) {
  return useQuery({
    queryKey: [...keys.order(orderId), "history", status],
    queryFn: ({ signal }) => getOrderHistory(orderId, signal),
    enabled: status !== undefined,
    placeholderData: (before) => before,
  });
}
