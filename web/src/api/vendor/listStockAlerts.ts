import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { deskKeys } from "./keys";
import type { StockAlert } from "./types";

/** Variants at or below their own threshold, the scarcest first. */
export function useStockAlerts() {
  return useInfiniteQuery({
    queryKey: deskKeys.alerts,
    queryFn: ({ pageParam, signal }) =>
      callPage<StockAlert[]>("GET", "/vendor/stock-alerts", { query: { limit: 50, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
