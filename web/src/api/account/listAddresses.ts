import { useQuery } from "@tanstack/react-query";
import { useSignal } from "@/lib/signal";
import { call } from "../client";
import { keys } from "../queries";
import { signedIn } from "../session";
import type { SavedAddress } from "../types";

export function listAddresses(signal?: AbortSignal): Promise<SavedAddress[]> {
  return call<SavedAddress[]>("GET", "/users/me/addresses", { signal });
}

export function useAddresses() {
  const enabled = useSignal(signedIn) !== "no";
  return useQuery({ queryKey: keys.addresses, queryFn: ({ signal }) => listAddresses(signal), enabled });
}
