import { keepPreviousData, type QueryKey, useInfiniteQuery } from "@tanstack/react-query";
import { callPage } from "../client";

type Query = Readonly<Record<string, string | number | null | undefined>>;

/** A list of the API, page after page: those that belong together stay while the next search is asked for. */
export function useList<T>(queryKey: QueryKey, path: string, query: Query = {}, refetchInterval: number | false = false) {
  return useInfiniteQuery({
    queryKey: [...queryKey, query],
    queryFn: ({ pageParam, signal }) => callPage<T[]>("GET", path, { query: { limit: 30, ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval,
  });
}

export type List<T> = ReturnType<typeof useList<T>>;
