import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Mails another code for a sign-up that waits. */
export function resendCode(body: Body<"resend_code">): Promise<{ message: string }> {
  return call("POST", "/auth/resend", { auth: false, body });
}

export function useResendCode() {
  return useMutation({ mutationFn: resendCode });
}
