import { Problem } from "@/lib/problem";
import { signal } from "@/lib/signal";
import { remember, remembered } from "@/lib/storage";
import { send } from "./transport";
import type { Tokens } from "./types";

// The access token lives in this variable and nowhere else; the refresh token in a cookie that no script can read.
let accessToken: string | null = null;
let refreshing: Promise<boolean> | null = null;

/** `unknown` until the first refresh has been answered. What is remembered says only that a try is worth it. */
export const signedIn = signal<"unknown" | "no" | "yes">(remembered("session") ? "unknown" : "no");

export function token(): string | null {
  return accessToken;
}

export function adopt(tokens: Tokens): void {
  accessToken = tokens.accessToken;
  remember("session", "1");
  signedIn.set("yes");
}

export function forget(): void {
  accessToken = null;
  remember("session", null);
  signedIn.set("no");
}

/** Swaps the refresh cookie for a new access token: one request, however many ask. Says whether it worked. */
export function refresh(): Promise<boolean> {
  refreshing ??= swap().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function swap(): Promise<boolean> {
  try {
    adopt((await send<Tokens>("POST", "/auth/refresh", {})).body);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.passing) throw error;
    forget();
    return false;
  }
}

/** Waits until it is known whether somebody is signed in. */
export async function settled(): Promise<void> {
  if (signedIn.get() === "unknown") await refresh();
}

/** Somebody has signed in or out in another tab: here as well. */
export async function followOtherTab(news: "signed-in" | "signed-out"): Promise<void> {
  if (news === "signed-out") forget();
  else await refresh().catch(() => false);
}
