import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";

const PAGE = 24;

export function searchProducts(q: string, cursor: string | null, signal?: AbortSignal) {
  return callPage<Product[]>("GET", "/search", { auth: false, query: { q, limit: PAGE, cursor }, signal });
}

/** What the shop finds, the best first. The results of before stay until the new ones are there. */
export function useSearch(q: string) {
  return useInfiniteQuery({
    queryKey: [...keys.products, "search", q],
    queryFn: ({ pageParam, signal }) => searchProducts(q, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled: q !== "",
    placeholderData: (before) => before,
  });
}
