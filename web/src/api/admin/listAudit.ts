import { call } from "../client";
import { adminKeys } from "./keys";
import type { Entry } from "./types";
import { useList } from "./useList";

export interface AuditFilter {
  actor: string;
  subject: string;
}

/** What the staff did, the newest first. */
export function useAudit(filter: AuditFilter) {
  return useList<Entry>(adminKeys.audit, "/audit", { ...filter });
}

/** The whole log, for spreadsheets. */
export function downloadAudit(): Promise<Blob> {
  return call("GET", "/audit/csv", { expects: "file" });
}
