import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Product } from "../types";

export function getProduct(idOrSlug: string, signal?: AbortSignal): Promise<Product> {
  return call<Product>("GET", `/products/${encodeURIComponent(idOrSlug)}`, { auth: false, signal });
}

/** One product. What a list has told of it is shown until the answer is there, and stays where none comes. */
export function useProduct(idOrSlug: string) {
  const client = useQueryClient();
  return useQuery<Product>({
    queryKey: keys.product(idOrSlug),
    queryFn: ({ signal }) => getProduct(idOrSlug, signal),
    initialData: (): Product | undefined =>
      client
        .getQueriesData<{ pages: { body: Product[] }[] }>({ queryKey: keys.products })
        .flatMap(([, data]) => data?.pages ?? [])
        .flatMap((page) => page.body)
        .find((product) => product.slug === idOrSlug),
    initialDataUpdatedAt: 0,
  });
}
