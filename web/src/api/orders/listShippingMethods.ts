import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { ShippingMethod } from "../types";

export function listShippingMethods(signal?: AbortSignal): Promise<ShippingMethod[]> {
  return call<ShippingMethod[]>("GET", "/shipping/methods", { auth: false, signal });
}

export function useShippingMethods() {
  return useQuery({
    queryKey: keys.shipping,
    queryFn: ({ signal }) => listShippingMethods(signal),
    staleTime: 300_000,
  });
}
