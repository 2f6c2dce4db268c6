import { call } from "../client";
import { adminKeys } from "./keys";
import type { VendorShop } from "./types";
import { useChange } from "./useChange";

const path = (vendorId: string, what: string) => `/admin/vendors/${encodeURIComponent(vendorId)}/${what}`;

export interface Decision {
  vendorId: string;
  to: "approve" | "decline" | "suspend";
  reason: string;
}

/** Lets an applicant sell or not, or keeps a vendor from selling. */
export function useDecideVendor() {
  return useChange(
    ({ vendorId, to, reason }: Decision) =>
      call<VendorShop>("POST", path(vendorId, to), to === "approve" ? {} : { body: { reason } }),
    () => [adminKeys.vendors, adminKeys.products],
  );
}

/** What the shop keeps of a vendor's sales, in percent; `null` for what it keeps of everybody's. */
export function useSetCommission() {
  return useChange(
    ({ vendorId, commission }: { vendorId: string; commission: string | null }) =>
      call<VendorShop>("PUT", path(vendorId, "commission"), { body: { commission } }),
    () => [adminKeys.vendors],
  );
}
