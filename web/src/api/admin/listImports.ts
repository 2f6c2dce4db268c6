import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Import, Rejected } from "./types";
import { useList } from "./useList";

const path = (importId: string) => `/imports/${encodeURIComponent(importId)}`;

/** The imports of late, the newest first. */
export function useImports() {
  return useList<Import>([...adminKeys.imports, "list"], "/imports");
}

export function isOver(made: Import): boolean {
  return made.state === "DONE" || made.state === "FAILED";
}

/** One import, asked for every second until it is over. */
export function useImport(importId: string) {
  return useQuery({
    queryKey: [...adminKeys.imports, "one", importId],
    queryFn: ({ signal }) => call<Import>("GET", path(importId), { signal }),
    refetchInterval: (query) => (query.state.data && isOver(query.state.data) ? false : 1_000),
  });
}

/** What did not come in, in the order of the file; asked for again as `rejected` grows. */
export function useRejected(importId: string, rejected: number) {
  return useList<Rejected>([...adminKeys.imports, "rejected", importId, rejected], `${path(importId)}/report`);
}

export function downloadRejected(importId: string): Promise<Blob> {
  return call("GET", `${path(importId)}/report/csv`, { expects: "file" });
}
