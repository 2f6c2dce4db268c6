import { call } from "../client";
import type { Cart } from "../types";

/** Moves the guest's cart into that of who has just signed in. Repeatable. No hook: signing in calls it. */
export function mergeCarts(): Promise<Cart> {
  return call<Cart>("POST", "/cart/merge");
}
