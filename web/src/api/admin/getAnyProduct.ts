import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import type { Product } from "../types";
import { adminKeys } from "./keys";

/** A product as whoever may change it sees it. */
export function useAnyProduct(productId: string) {
  return useQuery({
    queryKey: [...adminKeys.products, "one", productId],
    queryFn: ({ signal }) => call<Product>("GET", `/vendor/products/${encodeURIComponent(productId)}`, { signal }),
  });
}
