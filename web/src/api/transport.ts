import { Problem } from "@/lib/problem";

const TIMEOUT_MS = 30_000;

export interface Options {
  body?: unknown;
  query?: Readonly<Record<string, string | number | null | undefined>>;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** `file` for what is not JSON: its body is a `Blob`. */
  expects?: "json" | "file";
}

export interface Answer<T> {
  body: T;
  /** The cursor of the next page, from `Link: …; rel="next"`. */
  next: string | null;
}

/** One request, without a thought about who is calling. Raises `Problem`, with status 0 if no answer came. */
export async function send<T>(method: string, path: string, options: Options): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const headers: Record<string, string> = { Accept: options.expects === "file" ? "*/*" : "application/json", ...options.headers };
  // Always asks, and mostly hears "unchanged": with stale-while-revalidate alone a browser shows stock of a minute ago.
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-cache" };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  init.signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  try {
    response = await fetch(address(path, options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw noAnswer(timeout.aborted);
  }
  const body = await bodyOf(response, options.expects).catch(() => undefined);
  if (!response.ok) throw problemOf(response.status, body);
  if (body === undefined && options.expects === "file") throw noAnswer(timeout.aborted); // broke off half-way
  return { body: body as T, next: nextCursor(response.headers.get("Link")) };
}

async function bodyOf(response: Response, expected: Options["expects"]): Promise<unknown> {
  if (response.status === 204) return undefined;
  return response.ok && expected === "file" ? response.blob() : response.json();
}

function address(path: string, query: Options["query"]): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return `/api${path}${text ? `?${text}` : ""}`;
}

function noAnswer(timedOut: boolean): Problem {
  if (timedOut) return new Problem(0, "timeout", "The shop takes too long to answer.");
  if (navigator.onLine === false) return new Problem(0, "offline", "You are offline.");
  return new Problem(0, "unreachable", "The shop cannot be reached.");
}

function problemOf(status: number, body: unknown): Problem {
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string, otherwise: string) =>
    typeof told[name] === "string" ? (told[name] as string) : otherwise;
  return new Problem(
    status,
    text("code", status >= 500 ? "internal_error" : "error"),
    text("message", `HTTP ${status}`),
    text("requestId", ""),
    (told.details ?? {}) as Record<string, unknown>,
  );
}

export function nextCursor(link: string | null): string | null {
  const target = link?.match(/<([^>]*)>\s*;\s*rel="next"/)?.[1];
  return target ? new URL(target, "http://shop").searchParams.get("cursor") : null;
}
