import { adminKeys } from "./keys";
import type { VendorShop, VendorStatus } from "./types";
import { useList } from "./useList";

/** All vendors, or those of one status, the newest first. */
export function useVendors(status: VendorStatus | "") {
  return useList<VendorShop>(adminKeys.vendors, "/admin/vendors", { status });
}
