import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Refund } from "./types";

export function useRefunds(orderId: string) {
  return useQuery({
    queryKey: adminKeys.refunds(orderId),
    queryFn: ({ signal }) => call<Refund[]>("GET", `/orders/${encodeURIComponent(orderId)}/refunds`, { signal }),
  });
}
