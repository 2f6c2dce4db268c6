import { useQuery } from "@tanstack/react-query";
import { capabilities } from "../capabilities";
import { call } from "../client";

export function suggest(q: string, signal?: AbortSignal): Promise<string[]> {
  return call<string[]>("GET", "/search/suggestions", { auth: false, query: { q }, signal });
}

/** What might be meant by what has been typed so far. Nothing at all is no error: one can search without. */
export function useSuggestions(q: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ["suggestions", q],
    queryFn: ({ signal }) => suggest(q, signal),
    enabled: capabilities.suggestions && q.length > 1,
    retry: false,
    staleTime: 300_000,
  });
  return data ?? [];
}
