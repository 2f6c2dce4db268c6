import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Confirms the e-mail address with the mailed code. */
export function confirmSignUp(body: Body<"confirm_sign_up">): Promise<{ message: string }> {
  return call("POST", "/auth/confirm", { auth: false, body });
}

export function useConfirmSignUp() {
  return useMutation({ mutationFn: confirmSignUp });
}
