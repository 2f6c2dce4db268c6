import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { count } from "../events";
import { keys } from "../queries";
import type { Cart, CartEntry } from "../types";
import { cartChanged } from "./cartChanged";

/** Adds to the quantity of a variant. */
export function addCartItem(entry: CartEntry): Promise<Cart> {
  return call<Cart>("POST", "/cart/items", { body: entry });
}

export function useAddCartItem() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: addCartItem,
    scope: { id: "cart" },
    onSuccess: (cart, { productId }) => {
      count("cart", productId);
      cartChanged(client, cart);
    },
    onError: (_error, entry) => client.invalidateQueries({ queryKey: keys.product(entry.productId) }),
  });
}
