import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import type { Product } from "../types";
import { deskKeys } from "./keys";

/** Own products with drafts: the newest first, or those found by SKU or beginning of the title. */
export function useVendorProducts(q: string) {
  return useInfiniteQuery({
    queryKey: [...deskKeys.products, q],
    queryFn: ({ pageParam, signal }) =>
      callPage<Product[]>("GET", "/vendor/products", { query: { q, limit: 24, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}
