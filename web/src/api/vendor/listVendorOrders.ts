import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { deskKeys } from "./keys";
import type { FulfilmentStatus, VendorOrder } from "./types";

/** What was sold, the newest first, of one status or of all. */
export function useVendorOrders(status: FulfilmentStatus | null) {
  return useInfiniteQuery({
    queryKey: [...deskKeys.orders, status],
    queryFn: ({ pageParam, signal }) =>
      callPage<VendorOrder[]>("GET", "/vendor/orders", { query: { status, limit: 20, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
