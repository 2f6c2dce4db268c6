import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Order } from "../types";
import { orderHeaders } from "./guestTokens";

const POLL_MS = 1000;
const SLOW_POLL_MS = 4000;
const FAST_POLLS = 20;

export function getOrder(orderId: string, signal?: AbortSignal): Promise<Order> {
  return call<Order>("GET", `/orders/${encodeURIComponent(orderId)}`, { headers: orderHeaders(orderId), signal });
}

/** One order. With `live`, asks again until its payment is decided: each second, and later less often. */
export function useOrder(orderId: string, live = false) {
  return useQuery({
    queryKey: keys.order(orderId),
    queryFn: ({ signal }) => getOrder(orderId, signal),
    staleTime: 0,
    refetchInterval: (query) => {
      if (!live || (query.state.data && query.state.data.status !== "PENDING")) return false;
      return query.state.dataUpdateCount < FAST_POLLS ? POLL_MS : SLOW_POLL_MS;
    },
    refetchIntervalInBackground: true, // the bank's page may be in front
  });
}
