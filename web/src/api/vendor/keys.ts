import { keys } from "../queries";

/** Query keys of the vendor's desk. They go when the caller changes. */
export const deskKeys = {
  shop: [...keys.mine, "vendor", "shop"] as const,
  desk: [...keys.mine, "vendor", "desk"] as const,
  products: [...keys.mine, "vendor", "products"] as const,
  product: (id: string) => [...keys.mine, "vendor", "product", id] as const,
  orders: [...keys.mine, "vendor", "orders"] as const,
  alerts: [...keys.mine, "vendor", "alerts"] as const,
  ledger: [...keys.mine, "vendor", "ledger"] as const,
  payouts: [...keys.mine, "vendor", "payouts"] as const,
  sales: [...keys.mine, "vendor", "sales"] as const,
};
