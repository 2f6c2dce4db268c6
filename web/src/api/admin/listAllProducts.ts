import type { Product } from "../types";
import { adminKeys } from "./keys";
import { useList } from "./useList";

/** The products of all vendors, the newest first: drafts and archived ones too. */
export function useAllProducts() {
  return useList<Product>(adminKeys.products, "/admin/products");
}
