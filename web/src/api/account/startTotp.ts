import { useMutation } from "@tanstack/react-query";
import { call } from "../client";
import type { Totp } from "../types";

/** Starts setting up an authenticator app; nothing changes until a code of it is confirmed. */
export function startTotp(): Promise<Totp> {
  return call("POST", "/users/me/totp");
}

export function useStartTotp() {
  return useMutation({ mutationFn: startTotp });
}
