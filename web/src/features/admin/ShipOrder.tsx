import { useDeliverPart, useShipOrder } from "@/api/admin/changeOrder";
import { useSeller } from "@/api/catalogue/getSeller";
import type { Order } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { remember, remembered } from "@/lib/storage";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Icon } from "@/ui/Icon";
import { Panel } from "@/ui/Panel";
import { useState } from "react";
import { useAct } from "./useAct";
import { VendorName } from "./VendorName";

/** The parcels of an order, and a form for each vendor's part that has not been sent. */
export function ShipOrder({ order }: { order: Order }) {
  const { t, date } = useI18n();
  const act = useAct();
  const deliver = useDeliverPart();
  const vendors = [...new Set(order.items.map((item) => item.vendorId))];
  const sent = new Set(order.shipments.flatMap((shipment) => shipment.vendorIds));
  const waiting = order.status === "PROCESSING" ? vendors.filter((vendor) => !sent.has(vendor)) : [];
  if (waiting.length === 0 && order.shipments.length === 0) return null;
  return (
    <Panel title={t("admin.ship")}>
      {order.fulfilments
        .filter((part) => part.carrier)
        .map((part) => (
          <div key={part.vendorId} className="flex flex-wrap items-center gap-2">
            <Icon name="truck" />
            <span className="font-semibold">{part.carrier}</span>
            {part.tracking && <span className="break-all text-muted select-all">{part.tracking}</span>}
            {vendors.length > 1 && (
              <span className="text-sm">
                <VendorName vendorId={part.vendorId} />
              </span>
            )}
            {part.shippedAt && <span className="text-sm text-muted">{date(part.shippedAt, "time")}</span>}
            {part.deliveredAt && <span className="text-sm text-muted">· {t("admin.ship.arrived", { date: date(part.deliveredAt, "time") })}</span>}
            {part.status === "SHIPPED" && vendors.length > 1 && (
              <Button
                look="plain"
                size="small"
                className="ml-auto"
                busy={deliver.isPending}
                onClick={() => void act(deliver.mutateAsync({ orderId: order.orderId, vendorId: part.vendorId }), t("admin.order.deliver.done"))}
              >
                {t("admin.order.deliver")}
              </Button>
            )}
          </div>
        ))}
      {waiting.map((vendor, index) => (
        <Parcel key={vendor} order={order} vendorId={vendor} several={vendors.length > 1} first={index === 0 && order.shipments.length === 0} />
      ))}
    </Panel>
  );
}

interface Part {
  order: Order;
  vendorId: string;
  several: boolean;
  /** Whether nothing stands above it. */
  first: boolean;
}

function Parcel({ order, vendorId, several, first }: Part) {
  const { t } = useI18n();
  const seller = useSeller(vendorId);
  const ship = useShipOrder();
  const [carrier, setCarrier] = useState(() => remembered("carrier") ?? "");
  const [tracking, setTracking] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const name = seller.data?.shopName ?? t("admin.house");
  const items = order.items.filter((item) => item.vendorId === vendorId);
  return (
    <div className={cx(!first && "border-t border-line pt-5")}>
      {several && (
        <p className="mb-3">
          <span className="font-semibold">{t("admin.ship.part", { name })}</span>
          <span className="block text-sm text-muted">{items.map((item) => `${item.quantity} × ${item.name}`).join(", ")}</span>
        </p>
      )}
      <Form
        busy={ship.isPending}
        error={ship.error}
        action={t("admin.ship.action")}
        className="sm:grid-cols-2 [&>button]:justify-self-start [&>div[role=alert]]:col-span-full"
        check={(): Record<string, string> => (carrier.trim() ? {} : { carrier: t("field.required") })}
        onErrors={setErrors}
        onSubmit={() =>
          ship.mutate(
            { orderId: order.orderId, carrier: carrier.trim(), tracking: tracking.trim(), vendorId },
            {
              onSuccess: () => {
                remember("carrier", carrier.trim());
                toast(t("admin.ship.done"));
              },
            },
          )
        }
      >
        <Field label={t("admin.ship.carrier")} required maxLength={100} autoComplete="off" value={carrier} error={errors.carrier} onChange={(event) => setCarrier(event.target.value)} />
        <Field label={t("admin.ship.tracking")} optional={t("optional")} maxLength={200} autoComplete="off" value={tracking} onChange={(event) => setTracking(event.target.value)} />
      </Form>
    </div>
  );
}
