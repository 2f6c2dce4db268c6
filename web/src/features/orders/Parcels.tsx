import { useSeller } from "@/api/catalogue/getSeller";
import type { Order, OrderPart } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { Badge } from "@/ui/States";

const TONES = { PENDING: "plain", PROCESSING: "warn", SHIPPED: "good", DELIVERED: "good", CANCELLED: "plain" } as const;

/** What each seller sends of an order, and how far that is. */
export function Parcels({ order }: { order: Order }) {
  const { t } = useI18n();
  const parts = order.fulfilments.filter((part) => part.status !== "PENDING");
  const several = parts.length > 1;
  if (!several && order.shipments.length === 0) return null;
  return (
    <section aria-labelledby="tracking" className="card p-6">
      <h2 id="tracking" className="mb-3 text-xl">
        {t(several ? "order.parcels" : "order.tracking")}
      </h2>
      <ul className="grid gap-5">
        {parts.map((part) => (
          <li key={part.vendorId} className="grid gap-1.5">
            {several && <Head part={part} order={order} />}
            <Way part={part} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whose part it is and what is in it, where there are several. */
function Head({ part, order }: { part: OrderPart; order: Order }) {
  const { t } = useI18n();
  const seller = useSeller(part.vendorId);
  const inside = order.items.filter((item) => item.vendorId === part.vendorId);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{seller.data?.shopName ?? t("order.part")}</span>
        <Badge tone={TONES[part.status]}>{t(`part.${part.status}`)}</Badge>
      </p>
      <p className="text-sm text-muted">{inside.map((item) => item.name).join(", ")}</p>
    </>
  );
}

function Way({ part }: { part: OrderPart }) {
  const { t, date } = useI18n();
  if (!part.carrier) return null;
  return (
    <div className="flex gap-3">
      <Icon name="truck" className="mt-0.5" />
      <div className="min-w-0">
        <p className="font-semibold">{part.carrier}</p>
        {part.tracking && <p className="font-mono text-sm break-all select-all">{part.tracking}</p>}
        <p className="text-sm text-muted">
          {part.shippedAt && t("order.sent", { date: date(part.shippedAt) })}
          {part.deliveredAt && ` · ${t("order.arrived", { date: date(part.deliveredAt) })}`}
        </p>
      </div>
    </div>
  );
}
