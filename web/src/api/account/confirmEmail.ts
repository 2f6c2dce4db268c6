import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";

/** Takes the next address, with the code that was mailed there. */
export function confirmEmail(code: string): Promise<void> {
  return call("POST", "/users/me/email/confirm", { body: { code } });
}

export function useConfirmEmail() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: confirmEmail,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}
