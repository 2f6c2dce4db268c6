import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";
import { deskKeys } from "./keys";
import type { ProductBody } from "./types";

export interface ProductEdit {
  /** Of the product to change; a new one without. */
  productId?: string;
  body: ProductBody;
}

export function saveProduct({ productId, body }: ProductEdit): Promise<Product> {
  return productId
    ? call("PUT", `/products/${encodeURIComponent(productId)}`, { body })
    : call("POST", "/products", { body });
}

export function useSaveProduct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: saveProduct,
    onSuccess: (product) => {
      client.setQueryData(deskKeys.product(product.productId), product);
      const changed = [deskKeys.products, deskKeys.alerts, deskKeys.desk, keys.products, keys.product(product.slug)];
      return Promise.all(changed.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
