import { call } from "../client";
import { adminKeys } from "./keys";
import type { MarkedAddress } from "./types";
import { useChange } from "./useChange";
import { useList } from "./useList";

/** Addresses that have bounced or complained, the latest first. */
export function useMarkedAddresses() {
  return useList<MarkedAddress>(adminKeys.marked, "/mail/addresses");
}

/** Takes the mark off an address. */
export function useClearMarked() {
  return useChange(
    (key: string) => call<undefined>("DELETE", `/mail/addresses/${encodeURIComponent(key)}`),
    () => [adminKeys.marked],
  );
}
