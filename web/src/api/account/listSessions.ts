import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Session } from "../types";

export function listSessions(signal?: AbortSignal): Promise<Session[]> {
  return call<Session[]>("GET", "/users/me/sessions", { signal });
}

export function useSessions() {
  return useQuery({ queryKey: keys.sessions, queryFn: ({ signal }) => listSessions(signal) });
}
