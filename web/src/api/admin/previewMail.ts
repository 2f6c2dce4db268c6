import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { MailKind, MailPreview } from "./types";

/** Every kind of mail that the shop writes. */
export function useMailKinds() {
  return useQuery({
    queryKey: adminKeys.mailKinds,
    queryFn: ({ signal }) => call<MailKind[]>("GET", "/mail/kinds", { signal }),
    staleTime: Infinity,
  });
}

/** A mail of a kind with sample data; the one before stays until it is there. */
export function useMailPreview(kind: string, locale: string) {
  return useQuery({
    queryKey: [...adminKeys.mailKinds, kind, locale],
    queryFn: ({ signal }) => call<MailPreview>("GET", `/mail/kinds/${encodeURIComponent(kind)}`, { query: { locale }, signal }),
    enabled: kind !== "",
    placeholderData: keepPreviousData,
  });
}
