import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Mails a code to the next address; nothing changes before it is confirmed. */
export function changeEmail(body: Body<"change_email">): Promise<{ message: string }> {
  return call("POST", "/users/me/email", { body });
}

export function useChangeEmail() {
  return useMutation({ mutationFn: changeEmail });
}
