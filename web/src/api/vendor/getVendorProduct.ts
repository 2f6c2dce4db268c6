import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import type { Product } from "../types";
import { deskKeys } from "./keys";

/** A product to edit: as it is now, and not read again under the editor's hands. */
export function useVendorProduct(productId: string) {
  return useQuery({
    queryKey: deskKeys.product(productId),
    queryFn: ({ signal }) => call<Product>("GET", `/vendor/products/${encodeURIComponent(productId)}`, { signal }),
    enabled: productId !== "",
    staleTime: Infinity,
    gcTime: 0,
  });
}
