import { useQuery } from "@tanstack/react-query";
import { isProblem } from "@/lib/problem";
import { capabilities } from "../capabilities";
import { call } from "../client";
import type { Seller } from "../types";

/** Who sells; nothing where goods are the shop's own. */
export async function getSeller(idOrSlug: string, signal?: AbortSignal): Promise<Seller | null> {
  try {
    return await call<Seller>("GET", `/vendors/${encodeURIComponent(idOrSlug)}`, { auth: false, signal });
  } catch (error) {
    if (isProblem(error) && error.status === 404) return null;
    throw error;
  }
}

export function useSeller(idOrSlug: string) {
  return useQuery({
    queryKey: ["seller", idOrSlug],
    queryFn: ({ signal }) => getSeller(idOrSlug, signal),
    enabled: capabilities.sellers && idOrSlug !== "",
    staleTime: 300_000,
  });
}
