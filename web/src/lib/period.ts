/** Days of the shop's time zone, both included, as `2026-11-21`. */
export interface Days {
  from: string;
  to: string;
}

export const SPANS = ["7", "30", "90", "365"] as const;
export type Span = (typeof SPANS)[number];

/** The last so many days up to `today`, both included. */
export function lastDays(span: Span, today: Date): Days {
  const first = new Date(today);
  first.setDate(first.getDate() - Number(span) + 1);
  return { from: dayOf(first), to: dayOf(today) };
}

/** The step that leaves a chart legible. */
export function stepOf(span: Span): "day" | "week" | "month" {
  if (span === "365") return "month";
  return span === "90" ? "week" : "day";
}

function dayOf(date: Date): string {
  const part = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

/** By how much something has grown, as -1 and up; `null` where there was nothing before. */
export function growth(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before;
}
