/** A typed amount in major units, with a comma or a point before the last digits; `null` for none. */
export function amountOf(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  return /^\d+(\.\d{1,3})?$/.test(text) ? Number(text) : null;
}
