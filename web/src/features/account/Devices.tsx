import { useEndSession } from "@/api/account/endSession";
import { useSessions } from "@/api/account/listSessions";
import { useSignOut } from "@/api/auth/signOut";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import { Badge, Failed, Skeleton } from "@/ui/States";

/** The devices that are signed in, each of which can be signed out. */
export function Devices() {
  const { t, date } = useI18n();
  const text = useErrorText();
  const sessions = useSessions();
  const end = useEndSession();
  const leave = useSignOut();
  return (
    <Panel title={t("devices.title")} text={t("devices.text")}>
      {sessions.isPending && <Skeleton className="h-24" />}
      {sessions.isError && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul className="divide-y divide-line">
        {sessions.data?.map((session) => (
          <li key={session.sessionId} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <div>
              <p className="flex items-center gap-3 font-semibold">
                {session.device || t("devices.unknown")}
                {session.current && <Badge tone="good">{t("devices.this")}</Badge>}
              </p>
              <p className="text-sm text-muted">{t("devices.used", { date: date(session.lastUsedAt, "time") })}</p>
            </div>
            {!session.current && (
              <Button
                size="small"
                look="plain"
                busy={end.isPending && end.variables === session.sessionId}
                onClick={() => end.mutate(session.sessionId, { onError: (error) => toast(text(error), { kind: "error" }) })}
              >
                {t("signOut")} <span className="sr-only">{session.device}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button
        look="danger"
        className="justify-self-start"
        busy={leave.isPending}
        onClick={() =>
          // A promise: this page is gone when the answer comes.
          void leave
            .mutateAsync(true)
            .then(() => toast(t("devices.everywhere.done")))
            .catch((error: unknown) => toast(text(error), { kind: "error" }))
        }
      >
        {t("devices.everywhere")}
      </Button>
    </Panel>
  );
}
