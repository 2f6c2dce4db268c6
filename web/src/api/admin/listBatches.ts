import { adminKeys } from "./keys";
import type { Batch } from "./types";
import { useList } from "./useList";

/** All batches of payouts, the newest first. */
export function useBatches() {
  return useList<Batch>(adminKeys.payouts, "/admin/payouts");
}
