import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../client";
import type { MailSubscription } from "../types";

/** What the link in a mail is about. */
export function useSubscription(token: string) {
  return useQuery({
    queryKey: ["subscription", token],
    queryFn: ({ signal }) => call<MailSubscription>("GET", "/mail/subscription", { query: { token }, signal, auth: false }),
  });
}

/** Turns it off. */
export function useUnsubscribe(token: string) {
  return useMutation({
    mutationFn: () => call<MailSubscription>("POST", "/mail/unsubscribe", { query: { token }, auth: false }),
  });
}
