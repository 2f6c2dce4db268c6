import type { Days } from "@/lib/period";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { Place, SalesSeries, SalesSummary } from "./types";

const options = { placeholderData: keepPreviousData, staleTime: 60_000 };

export function useSalesSummary(days: Days) {
  return useQuery({
    ...options,
    queryKey: [...deskKeys.sales, "summary", days],
    queryFn: ({ signal }) => call<SalesSummary>("GET", "/analytics/summary", { query: { ...days }, signal }),
  });
}

export function useSalesSeries(days: Days, metric: SalesSeries["metric"], interval: SalesSeries["interval"]) {
  return useQuery({
    ...options,
    queryKey: [...deskKeys.sales, "series", days, metric, interval],
    queryFn: ({ signal }) => call<SalesSeries>("GET", "/analytics/series", { query: { ...days, metric, interval }, signal }),
  });
}

export function useTopProducts(days: Days) {
  return useQuery({
    ...options,
    queryKey: [...deskKeys.sales, "top", days],
    queryFn: ({ signal }) => call<Place[]>("GET", "/analytics/top", { query: { ...days, by: "product", limit: 10 }, signal }),
  });
}

/** All figures of a period, for spreadsheets. */
export function downloadSales(days: Days): Promise<Blob> {
  return call("GET", "/analytics/csv", { query: { ...days }, expects: "file" });
}
