import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Sets a new password with the mailed code. All sessions end. */
export function resetPassword(body: Body<"reset_password">): Promise<{ message: string }> {
  return call("POST", "/auth/reset", { auth: false, body });
}

export function useResetPassword() {
  return useMutation({ mutationFn: resetPassword });
}
