import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";

/** Turns the second factor on. The recovery codes are told this once. */
export function confirmTotp(code: string): Promise<{ recoveryCodes: string[] }> {
  return call("POST", "/users/me/totp/confirm", { body: { code } });
}

export function useConfirmTotp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: confirmTotp,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}
