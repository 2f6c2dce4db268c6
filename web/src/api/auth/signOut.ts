import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tellOtherTabs } from "@/lib/tabs";
import { call } from "../client";
import { keys } from "../queries";
import { forget } from "../session";

export function signOut(everywhere: boolean): Promise<void> {
  return call("POST", "/auth/signout", { auth: false, body: { everywhere } });
}

/** Signs out: here, or on all devices. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (everywhere: boolean) => {
      await signOut(everywhere);
      forget();
      await client.resetQueries({ queryKey: keys.mine });
      tellOtherTabs("signed-out");
    },
  });
}
