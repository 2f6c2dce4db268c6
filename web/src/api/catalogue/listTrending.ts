import { useQuery } from "@tanstack/react-query";
import { capabilities } from "../capabilities";
import { call } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";

export function listTrending(limit: number, signal?: AbortSignal): Promise<Product[]> {
  return call<Product[]>("GET", "/products/trending", { auth: false, query: { limit }, signal });
}

/** What is asked for most of late. */
export function useTrending(limit: number) {
  return useQuery({
    queryKey: [...keys.trending, limit],
    queryFn: ({ signal }) => listTrending(limit, signal),
    enabled: capabilities.trending,
    staleTime: 300_000,
  });
}
