import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Mails a code that resets the password. */
export function forgotPassword(body: Body<"forgot_password">): Promise<{ message: string }> {
  return call("POST", "/auth/forgot", { auth: false, body });
}

export function useForgotPassword() {
  return useMutation({ mutationFn: forgotPassword });
}
