import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { MailTopics } from "../types";

/** What the caller wants mails about. */
export function useMailTopics() {
  return useQuery({ queryKey: keys.mail, queryFn: ({ signal }) => call<MailTopics>("GET", "/users/me/mail", { signal }) });
}

/** Turns topics on and off. */
export function useChooseMailTopics() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<MailTopics>) => call<MailTopics>("PATCH", "/users/me/mail", { body }),
    onSuccess: (topics) => client.setQueryData(keys.mail, topics),
  });
}
