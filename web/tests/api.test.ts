import { afterEach, describe, expect, it, vi } from "vitest";
import { call, callPage, newIdempotencyKey } from "@/api/client";
import { adopt, forget, refresh, signedIn, token } from "@/api/session";
import { nextCursor, send } from "@/api/transport";
import { isProblem, Problem } from "@/lib/problem";
import { shopThatAnswers } from "./support";

const tokens = (accessToken: string) => ({ accessToken, idToken: "", expiresIn: 3600, tokenType: "Bearer" as const });

afterEach(() => forget());

describe("a request", () => {
  it("goes below /api, with its query", async () => {
    const calls = shopThatAnswers(() => [200, []]);
    await call("GET", "/products", { auth: false, query: { category: "books & more", cursor: null } });
    expect(calls[0]?.path).toBe("/api/products?category=books+%26+more");
  });

  it("tells the cursor of the next page", async () => {
    shopThatAnswers(() => [200, [1], { Link: '</api/products?limit=1&cursor=a%3Db>; rel="next"' }]);
    expect(await callPage("GET", "/products", { auth: false })).toEqual({ body: [1], next: "a=b" });
    expect(nextCursor(null)).toBeNull();
  });

  it("raises what the shop answers as a problem", async () => {
    shopThatAnswers(() => [409, { error: "No", code: "out_of_stock", message: "No", requestId: "r1", details: { available: 2 } }]);
    const problem = await call("GET", "/cart").catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 409, code: "out_of_stock", requestId: "r1", details: { available: 2 }, passing: false });
  });

  it("raises a problem where the answer is no JSON", async () => {
    vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(call("GET", "/cart")).rejects.toMatchObject({ status: 502, code: "internal_error", passing: true });
  });

  it.each([
    [true, "unreachable"],
    [false, "offline"],
  ])("raises a problem where no answer comes (online: %s)", async (onLine, code) => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(onLine);
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(send("GET", "/cart", {})).rejects.toMatchObject({ status: 0, code, passing: true });
    vi.restoreAllMocks();
  });

  it("gives up in the end", async () => {
    vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
    vi.stubGlobal("fetch", () => Promise.reject(new DOMException("", "TimeoutError")));
    await expect(send("GET", "/cart", {})).rejects.toMatchObject({ code: "timeout" });
    expect(AbortSignal.timeout).toHaveBeenCalledWith(30_000);
    vi.restoreAllMocks();
  });
});

describe("a session", () => {
  it("is renewed once, unseen, however many requests find it over", async () => {
    const calls = shopThatAnswers(({ path, headers }) => {
      if (path === "/api/auth/refresh") return [200, tokens("new")];
      return headers.get("Authorization") === "Bearer new" ? [200, "ok"] : [401, { code: "invalid_token" }];
    });
    adopt(tokens("old"));
    expect(await Promise.all([call("GET", "/users/me"), call("GET", "/cart"), call("GET", "/orders")])).toEqual(["ok", "ok", "ok"]);
    expect(calls.filter(({ path }) => path === "/api/auth/refresh")).toHaveLength(1);
    expect(token()).toBe("new");
  });

  it("ends where the refresh token is over as well, and the request fails once", async () => {
    const calls = shopThatAnswers(() => [401, { code: "invalid_refresh_token" }]);
    adopt(tokens("old"));
    await expect(call("GET", "/cart")).rejects.toMatchObject({ status: 401 });
    expect(signedIn.get()).toBe("no");
    expect(calls).toHaveLength(2);
  });

  it("does not end because the network is away", async () => {
    shopThatAnswers(() => [503, { code: "unavailable" }]);
    adopt(tokens("old"));
    await expect(refresh()).rejects.toSatisfy((error) => isProblem(error, "unavailable"));
    expect(signedIn.get()).toBe("yes");
  });

  it("keeps no token where scripts of others could read it", async () => {
    adopt(tokens("secret-token"));
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("secret-token");
  });
});

it("makes keys that differ, with and without randomUUID", () => {
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  expect(newIdempotencyKey()).toMatch(/^[0-9a-f]{32}$/);
});
