import { adminKeys } from "./keys";
import type { Movement } from "./types";
import { useList } from "./useList";

/** What moved a variant's stock, the newest first. */
export function useMovements(productId: string, variantId: string) {
  return useList<Movement>(adminKeys.movements, `/products/${encodeURIComponent(productId)}/stock-movements`, { variantId });
}
