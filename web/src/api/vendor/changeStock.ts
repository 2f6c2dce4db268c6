import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { StockChange } from "./types";

export function changeStock({ productId, ...body }: StockChange & { productId: string }): Promise<unknown> {
  return call("PATCH", `/products/${encodeURIComponent(productId)}/stock`, { body });
}

export function useChangeStock() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeStock,
    onSettled: () =>
      Promise.all([deskKeys.alerts, deskKeys.desk, deskKeys.products].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
