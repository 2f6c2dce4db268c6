import { useMutation, useQueryClient } from "@tanstack/react-query";
import { tellOtherTabs } from "@/lib/tabs";
import { call } from "../client";
import { mergeCarts } from "../cart/mergeCarts";
import { keys } from "../queries";
import { adopt } from "../session";
import type { Body, Tokens } from "../types";

export function signIn(body: Body<"sign_in">): Promise<Tokens> {
  return call<Tokens>("POST", "/auth/signin", { auth: false, body });
}

/** Signs in and brings the guest's cart along. */
export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: Body<"sign_in">) => {
      adopt(await signIn(body));
      // The guest's cart stays where it is if this fails, and is merged at the next sign-in.
      const cart = await mergeCarts().catch(() => undefined);
      client.removeQueries({ queryKey: keys.mine, predicate: (query) => query.queryKey[1] !== "cart" });
      if (cart) client.setQueryData(keys.cart, cart);
      else await client.invalidateQueries({ queryKey: keys.cart });
      tellOtherTabs("signed-in");
    },
  });
}
