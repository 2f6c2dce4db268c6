import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Body } from "../types";

/** Starts an account; a code is mailed, whether or not there is one already. */
export function signUp(body: Body<"sign_up">): Promise<{ message: string }> {
  return call("POST", "/auth/signup", { auth: false, body });
}

export function useSignUp() {
  return useMutation({ mutationFn: signUp });
}
