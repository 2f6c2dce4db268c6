import { QueryClient } from "@tanstack/react-query";
import { Problem } from "@/lib/problem";

/** Query keys. What belongs to the caller stands under `mine`, and goes when the caller changes. */
export const keys = {
  mine: ["mine"] as const,
  cart: ["mine", "cart"] as const,
  orders: ["mine", "orders"] as const,
  order: (orderId: string) => ["mine", "order", orderId] as const,
  me: ["mine", "me"] as const,
  addresses: ["mine", "addresses"] as const,
  sessions: ["mine", "sessions"] as const,
  mail: ["mine", "mail"] as const,
  products: ["products"] as const,
  trending: ["trending"] as const,
  product: (id: string) => ["product", id] as const,
  categories: ["categories"] as const,
  shipping: ["shipping"] as const,
};

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && error instanceof Problem && error.passing,
      retryDelay: (attempt) => 400 * 2 ** attempt,
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
