import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";

/** Turns the second factor off. */
export function disableTotp(password: string): Promise<void> {
  return call("DELETE", "/users/me/totp", { body: { password } });
}

export function useDisableTotp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: disableTotp,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}
