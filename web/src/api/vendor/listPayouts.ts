import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { deskKeys } from "./keys";
import type { Payout } from "./types";

/** What was paid to the account, the newest first. */
export function usePayouts() {
  return useInfiniteQuery({
    queryKey: deskKeys.payouts,
    queryFn: ({ pageParam, signal }) =>
      callPage<Payout[]>("GET", "/vendor/payouts", { query: { limit: 12, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
