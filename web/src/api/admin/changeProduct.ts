import { call } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";
import { adminKeys } from "./keys";
import type { Correction, Stock } from "./types";
import { useChange } from "./useChange";

const path = (productId: string) => `/products/${encodeURIComponent(productId)}`;

/** Puts a product into the shop, or takes it off the shelf. */
export function useProductStatus() {
  return useChange(
    ({ productId, status }: Pick<Product, "productId" | "status">) => call<Product>("PUT", path(productId), { body: { status } }),
    () => [adminKeys.products, keys.products],
  );
}

/** Corrects the units of a variant, with a reason. */
export function useCorrectStock() {
  return useChange(
    ({ productId, ...body }: Correction & { productId: string }) => call<Stock>("PATCH", `${path(productId)}/stock`, { body }),
    () => [adminKeys.products, adminKeys.movements],
  );
}
