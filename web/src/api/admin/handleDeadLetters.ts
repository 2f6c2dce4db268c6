import { call } from "../client";
import { adminKeys } from "./keys";
import type { Replayed } from "./types";
import { useChange } from "./useChange";

const path = (queue: string) => `/queues/${encodeURIComponent(queue)}/dead-letters`;
const changed = () => [adminKeys.letters, adminKeys.queues];

interface Letter {
  queue: string;
  messageId: string;
}

/** Puts one back into its queue. */
export function useReplay() {
  return useChange(
    ({ queue, messageId }: Letter) => call<undefined>("POST", `${path(queue)}/${encodeURIComponent(messageId)}/replay`),
    changed,
  );
}

/** Puts all back, as many requests as it takes; answers how many. */
export async function replayAll(queue: string): Promise<number> {
  let count = 0;
  for (let more = true; more; ) {
    const done = await call<Replayed>("POST", `${path(queue)}/replay`);
    count += done.replayed;
    more = done.more;
  }
  return count;
}

export function useReplayAll() {
  return useChange(replayAll, changed);
}

/** Forgets one for good. */
export function useDiscard() {
  return useChange(
    ({ queue, messageId }: Letter) => call<undefined>("DELETE", `${path(queue)}/${encodeURIComponent(messageId)}`),
    changed,
  );
}
