import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tellOtherTabs } from "@/lib/tabs";
import { call } from "../client";
import { keys } from "../queries";
import { forget } from "../session";

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
