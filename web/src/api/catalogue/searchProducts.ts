import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import type { Product } from "../types";

export function searchProducts(q: string, signal?: AbortSignal): Promise<Product[]> {
  return call<Product[]>("GET", "/search", { auth: false, query: { q, limit: 24 }, signal });
}

export function useSearch(q: string) {
  return useQuery({
    queryKey: ["search", q],
    queryFn: ({ signal }) => searchProducts(q, signal),
    enabled: q.trim() !== "",
  });
}
