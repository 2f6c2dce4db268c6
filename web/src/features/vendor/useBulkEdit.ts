import { useEditVendorProducts } from "@/api/vendor/editVendorProducts";
import type { Product, Variant } from "@/api/types";
import type { RowEdit } from "@/api/vendor/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { Problem } from "@/lib/problem";
import { useState } from "react";
import { parsePrice, parseUnits, typed } from "./numbers";

export interface Cell {
  price?: string;
  stock?: string;
  /** What is wrong with the row, as it was typed or as the shop says. */
  error?: string;
}

interface Edited extends Cell {
  product: Product;
  variant: Variant;
}

export interface BulkEdit {
  /** Rows that differ from what the shop has. */
  count: number;
  busy: boolean;
  failed: unknown;
  cell: (variantId: string) => Cell | undefined;
  set: (product: Product, variant: Variant, change: Cell) => void;
  discard: () => void;
  /** Saves all rows; answers how many were done, and keeps the others with what stood in their way. */
  save: () => Promise<number>;
}

/** Prices and stocks of many variants, kept until they are saved together. */
export function useBulkEdit(): BulkEdit {
  const { t } = useI18n();
  const text = useErrorText();
  const edit = useEditVendorProducts();
  const [rows, setRows] = useState<Readonly<Record<string, Edited>>>({});

  function set(product: Product, variant: Variant, change: Cell) {
    const { [variant.variantId]: before, ...others } = rows;
    const next: Edited = { price: before?.price, stock: before?.stock, ...change, product, variant };
    setRows(isChanged(next) ? { ...others, [variant.variantId]: next } : others);
  }

  async function save() {
    const wanted = Object.values(rows);
    const wrong = wanted.filter((row) => bodyOf(row) === null);
    if (wrong.length > 0) {
      setRows({ ...rows, ...byVariant(wrong.map((row) => ({ ...row, error: t("vendor.bulk.invalid") }))) });
      return 0;
    }
    const bodies = wanted.map(bodyOf).filter((body) => body !== null);
    const results = await edit.mutateAsync(bodies).catch(() => null); // told by `failed`, nothing typed is lost
    if (!results) return 0;
    const left = wanted.flatMap((row, index) => {
      const result = results[index];
      if (!result || result.done) return [];
      return [{ ...row, error: text(new Problem(409, result.code ?? "error", result.error ?? "")) }];
    });
    setRows(byVariant(left));
    return wanted.length - left.length;
  }

  return {
    count: Object.keys(rows).length,
    busy: edit.isPending,
    failed: edit.error,
    cell: (variantId) => rows[variantId],
    set,
    discard: () => {
      setRows({});
      edit.reset();
    },
    save,
  };
}

function byVariant(rows: readonly Edited[]): Record<string, Edited> {
  return Object.fromEntries(rows.map((row) => [row.variant.variantId, row]));
}

function isChanged({ price, stock, product, variant }: Edited): boolean {
  const samePrice = price === undefined || Number(parsePrice(price, product.currency) ?? NaN) === variant.price;
  const sameStock = stock === undefined || parseUnits(stock) === variant.stock;
  return !(samePrice && sameStock);
}

/** The row as the API takes it; `null` where something typed is no number. */
function bodyOf({ price, stock, product, variant }: Edited): RowEdit | null {
  const body: RowEdit = { productId: product.productId, variantId: variant.variantId };
  if (price !== undefined && price !== typed(variant.price, product.currency)) {
    const parsed = parsePrice(price, product.currency);
    if (parsed === null) return null;
    body.price = parsed;
  }
  if (stock !== undefined && stock !== String(variant.stock)) {
    const parsed = parseUnits(stock);
    if (parsed === null) return null;
    body.stock = parsed;
  }
  return body;
}
