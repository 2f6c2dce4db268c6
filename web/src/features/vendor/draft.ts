import type { Product, Variant } from "@/api/types";
import type { ProductBody, RowEdit, VariantBody } from "@/api/vendor/types";
import { parsePrice, parseUnits, typed } from "./numbers";

/** What the shop takes. */
export const MOST_VARIANTS = 30;
export const MOST_OPTIONS = 5;

/** A variant as it is typed. */
export interface Row {
  /** Of a variant that the shop has. */
  variantId?: string;
  price: string;
  compareAt: string;
  sku: string;
  stock: string;
  weight: string;
  /** A combination that is not offered. */
  off?: boolean;
}

export interface Option {
  name: string;
  values: string[];
}

/** A picture of the product; `url` once it is there. */
export interface Shot {
  key: string;
  url: string;
  alt: string;
  sources?: readonly { type: string; srcset: string }[];
  placeholder?: string;
}

/** A product as it is typed. Without options it has the one row under the empty combination. */
export interface Draft {
  name: string;
  description: string;
  category: string;
  brand: string;
  status: Product["status"];
  images: Shot[];
  options: Option[];
  rows: Readonly<Record<string, Row>>;
}

export type Errors = Record<string, "required" | "price" | "units" | "twice" | "options" | "tooMany">;

const EMPTY_ROW: Row = { price: "", compareAt: "", sku: "", stock: "0", weight: "" };

export const EMPTY: Draft = { name: "", description: "", category: "", brand: "", status: "active", images: [], options: [], rows: {} };

/** Names a combination of values: the same for the same values of the same options. */
export function keyOf(options: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(options).sort(([a], [b]) => a.localeCompare(b)));
}

/** Every combination of the options' values; one without values where there are no options. */
export function combinations(options: readonly Option[]): Record<string, string>[] {
  return options
    .filter((option) => option.name.trim() && option.values.length > 0)
    .reduce<Record<string, string>[]>(
      (made, { name, values }) => made.flatMap((one) => values.map((value) => ({ ...one, [name.trim()]: value }))),
      [{}],
    );
}

/** The row of a combination: as typed, else as the first one, so that a price is typed once. */
export function rowOf(draft: Draft, options: Readonly<Record<string, string>>): Row {
  const known = draft.rows[keyOf(options)];
  if (known) return known;
  const first = Object.values(draft.rows)[0];
  return first ? { ...EMPTY_ROW, price: first.price, compareAt: first.compareAt, weight: first.weight } : EMPTY_ROW;
}

export function draftOf(product: Product): Draft {
  const names = Object.keys(product.variants[0]?.options ?? {});
  const options = names.map((name) => ({
    name,
    values: [...new Set(product.variants.map((variant) => variant.options[name]).filter((value) => value !== undefined))],
  }));
  const rows = Object.fromEntries(product.variants.map((variant) => [keyOf(variant.options), rowFrom(variant, product.currency)]));
  for (const missing of combinations(options).map(keyOf)) rows[missing] ??= { ...EMPTY_ROW, off: true };
  return {
    name: product.name,
    description: product.description,
    category: product.categoryName || product.category,
    brand: product.brand,
    status: product.status,
    images: product.images.map((image, index) => ({
      key: `${index}-${image.url}`,
      url: image.url,
      alt: image.alt,
      sources: image.sources,
      placeholder: image.placeholder,
    })),
    options,
    rows,
  };
}

function rowFrom(variant: Variant, currency: string): Row {
  return {
    variantId: variant.variantId,
    price: typed(variant.price, currency),
    compareAt: variant.compareAt === null ? "" : typed(variant.compareAt, currency),
    sku: variant.sku,
    stock: String(variant.stock),
    weight: variant.weightGrams === null ? "" : String(variant.weightGrams),
  };
}

/** What is offered: the combinations with their rows. */
export function offered(draft: Draft): { options: Record<string, string>; row: Row }[] {
  return combinations(draft.options)
    .map((options) => ({ options, row: rowOf(draft, options) }))
    .filter(({ row }) => !row.off);
}

/** What is wrong, by field. The shop judges again. */
export function errorsOf(draft: Draft, currency: string): Errors {
  const errors: Errors = {};
  if (!draft.name.trim()) errors.name = "required";
  const rows = offered(draft);
  if (rows.length === 0) errors.options = "options";
  if (rows.length > MOST_VARIANTS) errors.options = "tooMany";
  const skus = new Set<string>();
  for (const { options, row } of rows) {
    const key = keyOf(options);
    if (parsePrice(row.price, currency) === null) errors[`${key}.price`] = row.price.trim() ? "price" : "required";
    if (row.compareAt.trim() && parsePrice(row.compareAt, currency) === null) errors[`${key}.compareAt`] = "price";
    if (parseUnits(row.stock) === null) errors[`${key}.stock`] = "units";
    if (row.weight.trim() && parseUnits(row.weight) === null) errors[`${key}.weight`] = "units";
    const sku = row.sku.trim();
    if (sku && skus.has(sku)) errors[`${key}.sku`] = "twice";
    skus.add(sku);
  }
  return errors;
}

/** The draft as the API takes it: `before` is what the shop has, with its version. */
export function bodyOf(draft: Draft, currency: string, before?: Product): ProductBody {
  const variants = offered(draft).map(({ options, row }): VariantBody => ({
    ...(row.variantId ? { variantId: row.variantId } : { stock: parseUnits(row.stock) }),
    options,
    sku: row.sku.trim(),
    price: parsePrice(row.price, currency),
    compareAt: row.compareAt.trim() ? parsePrice(row.compareAt, currency) : null,
    weightGrams: row.weight.trim() ? parseUnits(row.weight) : null,
  }));
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    category: draft.category.trim(),
    brand: draft.brand.trim(),
    status: draft.status,
    images: draft.images.filter((shot) => shot.url).map(({ url, alt }) => ({ url, alt })),
    ...(before ? { version: before.version } : {}),
    variants,
  };
}

/** The units that were typed for variants that the shop has already: these are set by themselves. */
export function stockEdits(draft: Draft, before?: Product): RowEdit[] {
  if (!before) return [];
  const known = new Map(before.variants.map((variant) => [variant.variantId, variant.stock]));
  return offered(draft).flatMap(({ row }) => {
    const units = parseUnits(row.stock);
    const was = row.variantId === undefined ? undefined : known.get(row.variantId);
    if (was === undefined || units === null || units === was) return [];
    return [{ productId: before.productId, variantId: row.variantId ?? null, stock: units }];
  });
}
