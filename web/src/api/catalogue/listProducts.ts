import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { keys } from "../queries";
import type { Product, Sort } from "../types";

export interface ProductFilter {
  category?: string;
  sort?: Sort;
  limit?: number;
}

export function listProducts(filter: ProductFilter, cursor: string | null, signal?: AbortSignal) {
  return callPage<Product[]>("GET", "/products", { auth: false, query: { ...filter, cursor }, signal });
}

export function productsQuery(filter: ProductFilter) {
  return infiniteQueryOptions({
    queryKey: [...keys.products, filter],
    queryFn: ({ pageParam, signal }) => listProducts(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useProducts(filter: ProductFilter) {
  return useInfiniteQuery(productsQuery(filter));
}
