import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Job, Run } from "./types";
import { useList } from "./useList";

/** What is due by the clock, looked at again every five seconds. */
export function useJobs() {
  return useQuery({
    queryKey: adminKeys.jobs,
    queryFn: ({ signal }) => call<Job[]>("GET", "/jobs", { signal }),
    refetchInterval: 5_000,
  });
}

/** The runs of a job, the latest first. */
export function useRuns(job: string) {
  return useList<Run>([...adminKeys.runs, job], `/jobs/${encodeURIComponent(job)}/runs`);
}
