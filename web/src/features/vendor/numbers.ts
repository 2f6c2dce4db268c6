import { digits } from "@/lib/money";

/** What somebody typed as a price, as the API takes it exactly: `"14,5"` → `"14.5"`. `null` for what is no price. */
export function parsePrice(text: string, currency: string): string | null {
  const places = digits(currency);
  const pattern = places > 0 ? new RegExp(`^\\d{1,13}([.,]\\d{1,${places}})?$`) : /^\d{1,13}$/;
  const trimmed = text.trim();
  return pattern.test(trimmed) ? trimmed.replace(",", ".") : null;
}

/** What somebody typed as a number of units; `null` for what is none. */
export function parseUnits(text: string): number | null {
  const trimmed = text.trim();
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : null;
}

/** A price as one would type it: with the digits of its currency. */
export function typed(amount: number, currency: string): string {
  return amount.toFixed(digits(currency));
}
