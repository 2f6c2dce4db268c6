import type { Days } from "@/lib/period";

const DAY = 86_400_000;

/** How many days a period has, both ends included. */
export function lengthOf({ from, to }: Days): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1;
}

/** The step that leaves a chart legible. */
export function stepBetween(days: Days): "hour" | "day" | "week" | "month" {
  const length = lengthOf(days);
  if (length <= 2) return "hour";
  if (length <= 45) return "day";
  return length <= 180 ? "week" : "month";
}
