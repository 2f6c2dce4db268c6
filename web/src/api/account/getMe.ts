import { useQuery } from "@tanstack/react-query";
import { useSignal } from "@/lib/signal";
import { call } from "../client";
import { keys } from "../queries";
import { signedIn } from "../session";
import type { User } from "../types";

export function getMe(signal?: AbortSignal): Promise<User> {
  return call<User>("GET", "/users/me", { signal });
}

/** Who is signed in; nothing for guests. */
export function useMe() {
  const enabled = useSignal(signedIn) !== "no";
  return useQuery({ queryKey: keys.me, queryFn: ({ signal }) => getMe(signal), enabled, staleTime: 300_000 });
}
