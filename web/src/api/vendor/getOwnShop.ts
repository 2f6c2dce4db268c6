import { isProblem } from "@/lib/problem";
import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { OwnShop } from "./types";

/** The caller's shop or application; `null` where there is none. */
export async function getOwnShop(signal?: AbortSignal): Promise<OwnShop | null> {
  try {
    return await call<OwnShop>("GET", "/vendor", { signal });
  } catch (error) {
    if (isProblem(error, "vendor_not_found")) return null;
    throw error;
  }
}

export function useOwnShop() {
  return useQuery({ queryKey: deskKeys.shop, queryFn: ({ signal }) => getOwnShop(signal) });
}
