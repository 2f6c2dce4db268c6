import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { RowEdit, RowResult } from "./types";

/** What one request takes. */
const MOST = 50;

/** Sets prices and stocks, as many requests as it takes; answers what became of each row. */
export async function editVendorProducts(rows: readonly RowEdit[]): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (let start = 0; start < rows.length; start += MOST) {
    const body = { rows: rows.slice(start, start + MOST) };
    results.push(...(await call<RowResult[]>("PATCH", "/vendor/products", { body })));
  }
  return results;
}

export function useEditVendorProducts() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: editVendorProducts,
    onSettled: () =>
      Promise.all([deskKeys.products, deskKeys.alerts, deskKeys.desk].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
