import type { Days } from "@/lib/period";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { Place, Series, Summary } from "./types";

const options = { placeholderData: keepPreviousData, staleTime: 60_000 };

export function useSummary(days: Days) {
  return useQuery({
    ...options,
    queryKey: [...adminKeys.figures, "summary", days],
    queryFn: ({ signal }) => call<Summary>("GET", "/analytics/summary", { query: { ...days }, signal }),
  });
}

export function useSeries(days: Days, metric: Series["metric"], interval: Series["interval"]) {
  return useQuery({
    ...options,
    queryKey: [...adminKeys.figures, "series", days, metric, interval],
    queryFn: ({ signal }) => call<Series>("GET", "/analytics/series", { query: { ...days, metric, interval }, signal }),
  });
}

export type Ranked = "product" | "category" | "vendor";

export function useTop(days: Days, by: Ranked) {
  return useQuery({
    ...options,
    queryKey: [...adminKeys.figures, "top", days, by],
    queryFn: ({ signal }) => call<Place[]>("GET", "/analytics/top", { query: { ...days, by, limit: 10 }, signal }),
  });
}

/** All figures of a period, for spreadsheets. */
export function downloadFigures(days: Days): Promise<Blob> {
  return call("GET", "/analytics/csv", { query: { ...days }, expects: "file" });
}
