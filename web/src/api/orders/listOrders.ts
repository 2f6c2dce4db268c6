import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { keys } from "../queries";
import type { Order } from "../types";

export function listOrders(cursor: string | null, signal?: AbortSignal) {
  return callPage<Order[]>("GET", "/orders", { query: { limit: 10, cursor }, signal });
}

export function useOrders() {
  return useInfiniteQuery({
    queryKey: keys.orders,
    queryFn: ({ pageParam, signal }) => listOrders(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
