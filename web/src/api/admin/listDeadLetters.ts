import { adminKeys } from "./keys";
import type { DeadLetter } from "./types";
import { useList } from "./useList";

/** What was given up, the oldest first. */
export function useDeadLetters(queue: string) {
  return useList<DeadLetter>(adminKeys.letters, `/queues/${encodeURIComponent(queue)}/dead-letters`);
}
