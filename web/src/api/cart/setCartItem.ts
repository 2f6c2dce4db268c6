import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Cart, CartEntry } from "../types";
import { cartChanged } from "./cartChanged";

/** Sets the quantity of a variant; 0 takes it out. */
export function setCartItem(entry: CartEntry): Promise<Cart> {
  return call<Cart>("POST", "/cart", { body: entry });
}

export function useSetCartItem() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: setCartItem,
    scope: { id: "cart" }, // one after the other: the last click wins
    onSuccess: (cart) => cartChanged(client, cart),
    onError: () => client.invalidateQueries({ queryKey: keys.cart }),
  });
}
