import { call } from "../client";
import { adminKeys } from "./keys";
import type { Batch } from "./types";
import { useChange } from "./useChange";

/** Pays every vendor to whom that much is owed. The same `batchId` again pays nothing more. */
export function useMakePayouts() {
  return useChange(
    (body: { batchId: string; least: string }) => call<Batch>("POST", "/admin/payouts", { body }),
    () => [adminKeys.payouts],
  );
}

/** The batch for the bank. */
export function downloadBatch(batchId: string): Promise<Blob> {
  return call("GET", `/admin/payouts/${encodeURIComponent(batchId)}/csv`, { expects: "file" });
}
