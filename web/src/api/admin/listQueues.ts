import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Queue } from "./types";

/** What waits, looked at again every five seconds. */
export function useQueues() {
  return useQuery({
    queryKey: adminKeys.queues,
    queryFn: ({ signal }) => call<Queue[]>("GET", "/queues", { signal }),
    refetchInterval: 5_000,
  });
}
