import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { Desk } from "./types";

/** Orders to send, variants that run out, balance: looked at again every minute. */
export function useVendorDesk() {
  return useQuery({
    queryKey: deskKeys.desk,
    queryFn: ({ signal }) => call<Desk>("GET", "/vendor/summary", { signal }),
    refetchInterval: 60_000,
  });
}
