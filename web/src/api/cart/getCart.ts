import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Cart } from "../types";

export function getCart(signal?: AbortSignal): Promise<Cart> {
  return call<Cart>("GET", "/cart", { signal });
}

export function useCart() {
  return useQuery({
    queryKey: keys.cart,
    queryFn: ({ signal }) => getCart(signal),
    staleTime: 10_000,
    refetchOnWindowFocus: "always",
  });
}
