import { useSetCommission } from "@/api/admin/changeVendor";
import type { VendorShop } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { useState } from "react";
import { useAct } from "./useAct";

/** What the shop keeps of a vendor's sales. Left empty, it is what it keeps of everybody's. */
export function Commission({ vendor }: { vendor: VendorShop }) {
  const { t, number } = useI18n();
  const act = useAct();
  const set = useSetCommission();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState(vendor.commission === null ? "" : String(vendor.commission));
  const [error, setError] = useState("");
  if (!open) {
    return (
      <p className="flex flex-wrap items-center gap-3 text-sm">
        {vendor.commission === null ? t("admin.commission.usual") : t("admin.commission.own", { percent: number(vendor.commission) })}
        <Button look="plain" size="small" aria-label={`${t("admin.commission.change")}: ${vendor.shopName}`} onClick={() => setOpen(true)}>
          {t("admin.commission.change")}
        </Button>
      </p>
    );
  }
  async function save() {
    const text = typed.trim().replace(",", ".");
    if (text && !(/^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 100)) {
      setError(t("admin.commission.wrong"));
      return;
    }
    setError("");
    if (await act(set.mutateAsync({ vendorId: vendor.vendorId, commission: text || null }), t("admin.commission.done"))) setOpen(false);
  }
  return (
    <form
      noValidate
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!set.isPending) void save();
      }}
    >
      <Field
        label={t("admin.commission.percent", { name: vendor.shopName })}
        hint={t("admin.commission.hint")}
        inputMode="decimal"
        autoComplete="off"
        autoFocus
        value={typed}
        error={error || undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button type="submit" size="small" busy={set.isPending}>
        {t("admin.save")}
      </Button>
      <Button look="quiet" size="small" onClick={() => setOpen(false)}>
        {t("admin.notNow")}
      </Button>
    </form>
  );
}
