import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Stock } from "./types";

/** The stock of a product's variants. */
export function useStock(productId: string) {
  return useQuery({
    queryKey: [...adminKeys.products, "stock", productId],
    queryFn: ({ signal }) => call<Stock[]>("GET", `/products/${encodeURIComponent(productId)}/stock`, { signal }),
  });
}
