import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import { forget, tellOtherTabs } from "../session";

export function signOut(everywhere = false): Promise<void> {
  return call("POST", "/auth/signout", { auth: false, body: { everywhere } });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await signOut();
      forget();
      await client.resetQueries({ queryKey: keys.mine });
      tellOtherTabs("signed-out");
    },
  });
}
