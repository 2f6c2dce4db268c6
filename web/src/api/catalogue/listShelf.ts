import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";

export function listShelf(seller: string, cursor: string | null, signal?: AbortSignal) {
  const path = `/vendors/${encodeURIComponent(seller)}/products`;
  return callPage<Product[]>("GET", path, { auth: false, query: { limit: 24, cursor }, signal });
}

/** What somebody sells, the newest first. */
export function useShelf(seller: string) {
  return useInfiniteQuery({
    queryKey: [...keys.products, "shelf", seller],
    queryFn: ({ pageParam, signal }) => listShelf(seller, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
