import type { Order, OrderStatus } from "../types";
import { adminKeys } from "./keys";
import { useList } from "./useList";

export interface OrderFilter {
  status: OrderStatus | "";
  email: string;
  /** Instants, both included; empty for no bound. */
  since: string;
  until: string;
}

/** Everybody's orders, the newest first. */
export function useAllOrders(filter: OrderFilter) {
  return useList<Order>(adminKeys.orders, "/admin/orders", { ...filter });
}
