import { Problem } from "@/lib/problem";
import { refresh, settled, signedIn, token } from "./session";
import { type Answer, type Options, send } from "./transport";

export interface CallOptions extends Options {
  /** `false` for what everybody may see: sent at once, without a token. */
  auth?: boolean;
}

/** Calls the API as whoever is signed in. A token that is over is renewed once, unseen. Raises `Problem`. */
export async function callPage<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  if (options.auth === false) return send<T>(method, path, options);
  await settled();
  const used = token();
  try {
    return await send<T>(method, path, withToken(options, used));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401 || signedIn.get() !== "yes") throw error;
    // Somebody else may have renewed it meanwhile; otherwise do so now, and try once more.
    if (token() === used && !(await refresh())) throw error;
    return send<T>(method, path, withToken(options, token()));
  }
}

export async function call<T>(method: string, path: string, options?: CallOptions): Promise<T> {
  return (await callPage<T>(method, path, options)).body;
}

function withToken(options: CallOptions, bearer: string | null): Options {
  if (!bearer) return options;
  return { ...options, headers: { ...options.headers, Authorization: `Bearer ${bearer}` } };
}

/** A key that makes repeating a request safe: make one per intention, not per try. */
export function newIdempotencyKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  // Plain http on a home network is no secure context and has no randomUUID.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
