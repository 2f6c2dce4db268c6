import { keys } from "../queries";

/** Query keys of the admin desk. They go when the caller changes. */
export const adminKeys = {
  figures: [...keys.mine, "admin", "figures"] as const,
  orders: [...keys.mine, "admin", "orders"] as const,
  refunds: (orderId: string) => [...keys.mine, "admin", "refunds", orderId] as const,
  products: [...keys.mine, "admin", "products"] as const,
  movements: [...keys.mine, "admin", "movements"] as const,
  users: [...keys.mine, "admin", "users"] as const,
  vendors: [...keys.mine, "admin", "vendors"] as const,
  payouts: [...keys.mine, "admin", "payouts"] as const,
  queues: [...keys.mine, "admin", "queues"] as const,
  letters: [...keys.mine, "admin", "letters"] as const,
  jobs: [...keys.mine, "admin", "jobs"] as const,
  runs: [...keys.mine, "admin", "runs"] as const,
  imports: [...keys.mine, "admin", "imports"] as const,
  mailKinds: [...keys.mine, "admin", "mailKinds"] as const,
  marked: [...keys.mine, "admin", "marked"] as const,
  audit: [...keys.mine, "admin", "audit"] as const,
  system: [...keys.mine, "admin", "system"] as const,
};
