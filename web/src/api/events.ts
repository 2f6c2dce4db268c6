import { draft, keepDraft } from "@/lib/storage";
import { capabilities } from "./capabilities";
import { newIdempotencyKey } from "./client";
import type { Body } from "./types";

type Told = Body<"take_events">["events"][number];

const PAUSE_MS = 4000;
const MOST = 50;

let waiting: Told[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Whoever asks not to be tracked is not: nothing is made up for them, and nothing is sent. */
function refused(): boolean {
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return doNotTrack === "1" || globalPrivacyControl === true;
}

/** Counts what a visitor did, for the shop's figures. Sent a few at a time, and when the page goes away. */
export function count(type: Told["type"], productId = ""): void {
  if (!capabilities.events || refused()) return;
  waiting.push({ type, productId });
  timer ??= setTimeout(flush, PAUSE_MS);
}

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting.length === 0) return;
  const body = JSON.stringify({ visitId: visitId(), events: waiting.slice(0, MOST) });
  waiting = waiting.slice(MOST);
  navigator.sendBeacon("/api/events", new Blob([body], { type: "application/json" }));
}

/** A random word for this visit: it ends with the tab, and says nothing of who it is. */
function visitId(): string {
  const known = draft<string>("visit");
  if (known) return known;
  const made = newIdempotencyKey();
  keepDraft("visit", made);
  return made;
}

/** Begins to count: once per visit, however often its pages are loaded. */
export function countVisit(): void {
  if (!draft("visit")) count("visit");
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
}
