import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import { forget, tellOtherTabs } from "../session";

/** Erases the account for good. */
export function eraseMe(password: string): Promise<void> {
  return call("DELETE", "/users/me", { body: { password } });
}

export function useEraseMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: eraseMe,
    onSuccess: async () => {
      forget();
      tellOtherTabs("signed-out");
      await client.resetQueries({ queryKey: keys.mine });
    },
  });
}
