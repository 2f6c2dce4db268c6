import { type Decision, useDecideVendor } from "@/api/admin/changeVendor";
import { useVendors } from "@/api/admin/listVendors";
import type { VendorShop, VendorStatus } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Choice } from "@/ui/Choice";
import { Link } from "@/ui/Link";
import { Badge } from "@/ui/States";
import { useState } from "react";
import { Ask } from "./Ask";
import { Commission } from "./Commission";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { useAct } from "./useAct";

const SHOWN = ["ALL", "APPLIED", "APPROVED", "SUSPENDED", "DECLINED"] as const;

const TONES = { APPLIED: "warn", APPROVED: "good", DECLINED: "plain", SUSPENDED: "bad" } as const;

/** Who sells, and who would like to. */
export default function VendorsPage() {
  const { t } = useI18n();
  const [shown, show] = useState<(typeof SHOWN)[number]>("ALL");
  const vendors = useVendors(shown === "ALL" ? "" : shown);
  return (
    <>
      <PageHead title={t("admin.vendors")}>
        <Choice label={t("admin.vendors.show")} options={SHOWN.map((value) => ({ value, name: t(value === "ALL" ? "admin.all" : `admin.vendor.${value}`) }))} value={shown} onChange={show} />
      </PageHead>
      <Listing label={t("admin.vendors")} list={vendors} keyOf={(vendor) => vendor.vendorId} empty={{ title: t("admin.vendors.none"), text: t("admin.vendors.none.text"), icon: "user" }}>
        {(vendor) => <Row vendor={vendor} />}
      </Listing>
    </>
  );
}

function Row({ vendor }: { vendor: VendorShop }) {
  const { t, date } = useI18n();
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-semibold">
            {vendor.status === "APPROVED" ? (
              <Link to={`/sellers/${vendor.slug}`} className="underline-offset-4 hover:underline">
                {vendor.shopName}
              </Link>
            ) : (
              vendor.shopName
            )}
            <Badge tone={TONES[vendor.status]}>{t(`admin.vendor.${vendor.status}`)}</Badge>
          </p>
          <p className="text-sm text-muted">
            {t("admin.vendor.since", { date: date(vendor.since) })} · {t("admin.vendor.account", { hint: vendor.payoutHint })}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {decisions(vendor.status).map((to) => (
            <Decide key={to} vendor={vendor} to={to} />
          ))}
        </div>
      </div>
      {vendor.description && <p className="max-w-prose wrap-anywhere">{vendor.description}</p>}
      {vendor.reason && <p className="text-sm wrap-anywhere text-muted">{t("admin.vendor.reason", { reason: vendor.reason })}</p>}
      {vendor.status === "APPROVED" && <Commission vendor={vendor} />}
    </div>
  );
}

function decisions(status: VendorStatus): readonly Decision["to"][] {
  if (status === "APPLIED") return ["approve", "decline"];
  if (status === "APPROVED") return ["suspend"];
  return status === "SUSPENDED" ? ["approve"] : [];
}

function Decide({ vendor, to }: { vendor: VendorShop; to: Decision["to"] }) {
  const { t } = useI18n();
  const act = useAct();
  const decide = useDecideVendor();
  const name = vendor.shopName;
  const again = to === "approve" && vendor.status === "SUSPENDED";
  const action = t(again ? "admin.vendor.again" : `admin.vendor.${to}`);
  return (
    <Ask
      name={action}
      about={name}
      danger={to !== "approve"}
      title={t(again ? "admin.vendor.again.title" : `admin.vendor.${to}.title`, { name })}
      text={t(again ? "admin.vendor.again.text" : `admin.vendor.${to}.text`)}
      action={action}
      reason={to === "approve" ? undefined : t("admin.vendor.why")}
      onDo={(reason) => act(decide.mutateAsync({ vendorId: vendor.vendorId, to, reason }), t("admin.vendor.decided", { name }))}
    />
  );
}
