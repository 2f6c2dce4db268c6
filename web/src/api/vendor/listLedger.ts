import { useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";
import { deskKeys } from "./keys";
import type { LedgerEntry } from "./types";

/** What moved the balance, the newest first. */
export function useLedger() {
  return useInfiniteQuery({
    queryKey: deskKeys.ledger,
    queryFn: ({ pageParam, signal }) =>
      callPage<LedgerEntry[]>("GET", "/vendor/ledger", { query: { limit: 30, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
