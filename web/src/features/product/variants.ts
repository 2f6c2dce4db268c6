import type { Product, Variant } from "@/api/types";

export type Choice = Readonly<Record<string, string>>;

/** The options of a product, each with its values, in the order in which its variants name them. */
export function optionsOf(product: Product): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const variant of product.variants) {
    for (const [name, value] of Object.entries(variant.options)) {
      const values = options.get(name) ?? [];
      if (!values.includes(value)) values.push(value);
      options.set(name, values);
    }
  }
  return options;
}

/** What is chosen when the page opens: the first variant that can be bought. */
export function initialChoice(product: Product): Choice {
  const first = product.variants.find((variant) => variant.stock > 0) ?? product.variants[0];
  return first?.options ?? {};
}

export function chosen(product: Product, choice: Choice): Variant | undefined {
  return product.variants.find((variant) => fits(variant, choice, Object.keys(choice).length));
}

function fits(variant: Variant, choice: Choice, count: number): boolean {
  const options = Object.entries(variant.options);
  return options.length === count && options.every(([name, value]) => choice[name] === value);
}

/** The choice after a click: where no variant has the whole of it, the nearest one that has the new value. */
export function withValue(product: Product, choice: Choice, name: string, value: string): Choice {
  const wanted = { ...choice, [name]: value };
  if (chosen(product, wanted)) return wanted;
  return product.variants.find((variant) => variant.options[name] === value)?.options ?? wanted;
}

/** Units that could be bought with this value in place of the chosen one. */
export function stockWith(product: Product, choice: Choice, name: string, value: string): number {
  return chosen(product, { ...choice, [name]: value })?.stock ?? 0;
}
