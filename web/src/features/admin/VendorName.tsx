import { useSeller } from "@/api/catalogue/getSeller";
import { useI18n } from "@/lib/i18n/i18n";

const HOUSE = "shop";

/** Who sells it, by the name of their shop; asked for once for all that they sell. */
export function VendorName({ vendorId }: { vendorId: string }) {
  const { t } = useI18n();
  const seller = useSeller(vendorId === HOUSE ? "" : vendorId);
  if (vendorId === HOUSE) return <>{t("admin.house")}</>;
  return <>{seller.data?.shopName ?? (seller.isPending ? "…" : vendorId)}</>;
}
