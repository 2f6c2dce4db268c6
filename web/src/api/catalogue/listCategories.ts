import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Category } from "../types";

export function listCategories(signal?: AbortSignal): Promise<Category[]> {
  return call<Category[]>("GET", "/categories", { auth: false, signal });
}

export function useCategories() {
  return useQuery({
    queryKey: keys.categories,
    queryFn: ({ signal }) => listCategories(signal),
    staleTime: 300_000,
  });
}
