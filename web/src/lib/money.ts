/** Digits after the point of a currency, as Intl knows it: 2 for USD, 0 for JPY, 3 for KWD. */
export function digits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits ?? 2;
}

/** Adds amounts of major units without the error of floating point. */
export function add(currency: string, ...amounts: number[]): number {
  const factor = 10 ** digits(currency);
  return amounts.reduce((sum, amount) => sum + Math.round(amount * factor), 0) / factor;
}
