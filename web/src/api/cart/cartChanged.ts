import type { QueryClient } from "@tanstack/react-query";
import { tellOtherTabs } from "@/lib/tabs";
import { keys } from "../queries";
import type { Cart } from "../types";

/** Shows the cart as the shop has just told it, and lets other tabs ask for it. */
export function cartChanged(client: QueryClient, cart: Cart): void {
  client.setQueryData(keys.cart, cart);
  tellOtherTabs("cart");
}
