import { useShipVendorOrder } from "@/api/vendor/shipVendorOrder";
import type { VendorOrder } from "@/api/vendor/types";
import { useErrorText } from "@/lib/errorText";
import { focusFirstError } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { remember, remembered } from "@/lib/storage";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/States";
import { useState } from "react";

/** Hands one's part of an order to a carrier: the one of the last time is proposed. */
export function ShipForm({ order }: { order: VendorOrder }) {
  const { t } = useI18n();
  const text = useErrorText();
  const ship = useShipVendorOrder();
  const [carrier, setCarrier] = useState(() => remembered("carrier") ?? "");
  const [tracking, setTracking] = useState("");
  const [missing, setMissing] = useState("");
  const send = (form: HTMLElement) => {
    if (ship.isPending) return;
    if (!carrier.trim()) {
      setMissing(t("field.required"));
      focusFirstError(form);
      return;
    }
    setMissing("");
    // A promise: this order leaves the list with the answer, and callbacks of `mutate` with it.
    ship.mutateAsync({ orderId: order.orderId, parcel: { carrier, tracking } }).then(
      () => {
        remember("carrier", carrier.trim());
        toast(t("vendor.ship.done", { code: order.code }));
        document.getElementById("main")?.focus({ preventScroll: true }); // the form is gone with its order
      },
      () => undefined, // said below
    );
  };
  return (
    <form
      noValidate
      aria-label={t("vendor.ship.form", { code: order.code })}
      className="grid gap-4 border-t border-line pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        send(event.currentTarget);
      }}
    >
      {ship.error ? <Notice tone="bad">{text(ship.error)}</Notice> : null}
      <div className="grid items-start gap-4 sm:grid-cols-[1fr_1fr_auto]">
        <Field
          label={t("vendor.ship.carrier")}
          required
          maxLength={100}
          autoComplete="off"
          value={carrier}
          error={missing || undefined}
          onChange={(event) => setCarrier(event.target.value)}
        />
        <Field
          label={t("vendor.ship.tracking")}
          optional={t("optional")}
          maxLength={200}
          autoComplete="off"
          value={tracking}
          onChange={(event) => setTracking(event.target.value)}
        />
        <Button type="submit" busy={ship.isPending} className="sm:mt-[1.65rem]">
          {t("vendor.ship.action")}
        </Button>
      </div>
    </form>
  );
}
