import { useClearMarked, useMarkedAddresses } from "@/api/admin/listMarkedAddresses";
import type { MarkedAddress } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Badge } from "@/ui/States";
import { Ask } from "./Ask";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { useAct } from "./useAct";

/** Addresses that are not written to any more, and why. */
export default function MarkedPage() {
  const { t } = useI18n();
  const marked = useMarkedAddresses();
  return (
    <>
      <PageHead title={t("admin.mail.marked")} text={t("admin.mail.marked.text")} back={{ to: "/admin/mail", name: t("admin.mail") }} />
      <Listing label={t("admin.mail.marked")} list={marked} keyOf={(mark) => mark.addressKey} empty={{ title: t("admin.mail.marked.none"), text: t("admin.mail.marked.none.text"), icon: "check" }}>
        {(mark) => <Row mark={mark} />}
      </Listing>
    </>
  );
}

function Row({ mark }: { mark: MarkedAddress }) {
  const { t, date } = useI18n();
  const act = useAct();
  const clear = useClearMarked();
  const name = mark.address || t("admin.mail.forgotten");
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-semibold wrap-anywhere">{name}</span>
          <Badge tone={mark.reason === "bounced" ? "bad" : "warn"}>{t(`admin.mail.${mark.reason}`)}</Badge>
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {date(mark.at, "time")}
          {mark.detail && ` · ${mark.detail}`}
        </p>
      </div>
      <Ask
        name={t("admin.mail.clear")}
        about={name}
        danger={false}
        title={t("admin.mail.clear.title")}
        text={t("admin.mail.clear.text", { address: name })}
        action={t("admin.mail.clear")}
        onDo={() => act(clear.mutateAsync(mark.addressKey), t("admin.mail.cleared"))}
      />
    </div>
  );
}
