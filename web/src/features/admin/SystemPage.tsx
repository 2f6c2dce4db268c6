import { useSystem } from "@/api/admin/getSystem";
import type { System } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Panel } from "@/ui/Panel";
import { Badge, Failed, Loading, Skeleton } from "@/ui/States";
import { PageHead } from "./PageHead";
import { sinceText } from "./since";

const TONES = { ok: "good", down: "bad", unknown: "plain" } as const;

/** Of what the shop is made here, and whether all of it answers. */
export default function SystemPage() {
  const { t } = useI18n();
  const system = useSystem();
  return (
    <>
      <PageHead title={t("admin.system")} />
      {system.isError && !system.data && <Failed error={system.error} retry={() => void system.refetch()} />}
      {system.isPending && (
        <Loading className="grid gap-6">
          <Skeleton className="h-72 rounded-card" />
          <Skeleton className="h-48 rounded-card" />
        </Loading>
      )}
      {system.data && <Details system={system.data} />}
    </>
  );
}

function Details({ system }: { system: System }) {
  const { t, maybe, date, lang } = useI18n();
  const facts: readonly (readonly [string, string])[] = [
    [t("admin.system.topology"), maybe(`admin.topology.${system.topology}`) ?? system.topology],
    ...Object.entries(system.versions),
    [t("admin.system.platform"), system.platform],
    [t("admin.system.since"), `${date(system.beganAt, "time")} (${sinceText(system.beganAt, lang)})`],
  ];
  return (
    <div className="grid gap-6">
      <Panel title={t("admin.system.parts")} text={t("admin.system.parts.text")}>
        <ul aria-label={t("admin.system.parts")} className="divide-y divide-line">
          {system.parts.map((part) => (
            <li key={part.name} className="flex flex-wrap items-center justify-between gap-3 py-3">
              <span>
                <span className="font-semibold">{maybe(`admin.part.${part.name}`) ?? part.name}</span>
                <span className="block text-sm text-muted">{part.adapter}</span>
              </span>
              <Badge tone={TONES[part.state]}>
                {t(`admin.state.${part.state}`)}
                {part.milliseconds !== null && ` · ${part.milliseconds} ms`}
              </Badge>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("admin.system.process")}>
        <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[12rem_1fr]">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="font-semibold text-muted">{name}</dt>
              <dd className="mb-2 wrap-anywhere sm:mb-0">{value}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}
