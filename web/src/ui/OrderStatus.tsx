import type { OrderStatus as Status } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Badge } from "./States";

const TONES: Record<Status, "good" | "warn" | "bad" | "plain"> = {
  PENDING: "warn",
  PROCESSING: "warn",
  SHIPPED: "good",
  DELIVERED: "good",
  COMPLETED: "good",
  FAILED: "bad",
  CANCELLED: "plain",
  REFUNDED: "plain",
};

export function OrderStatus({ status }: { status: Status }) {
  const { t } = useI18n();
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}
