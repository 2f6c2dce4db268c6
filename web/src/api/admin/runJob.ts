import { call } from "../client";
import { adminKeys } from "./keys";
import { useChange } from "./useChange";

/** Has a worker run a job now. */
export function useRunJob() {
  return useChange(
    (job: string) => call<undefined>("POST", `/jobs/${encodeURIComponent(job)}/run`),
    (job) => [adminKeys.jobs, [...adminKeys.runs, job]],
  );
}
