import { useSubscription, useUnsubscribe } from "@/api/account/unsubscribe";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Button } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useSearchParams } from "react-router";
import { AuthCard, LINK } from "./AuthCard";

/** Where the link in a mail leads: asks once, for programs open links as well, and says what became of it. */
export default function UnsubscribePage() {
  const { t } = useI18n();
  useTitle(t("unsubscribe.title"));
  const text = useErrorText();
  const [params] = useSearchParams();
  const token = params.get("token") ?? "";
  const asked = useSubscription(token);
  const done = useUnsubscribe(token);
  if (asked.isError)
    return (
      <div className="wrap">
        <Failed page error={asked.error} />
      </div>
    );
  const topic = asked.data && t(`mail.topic.${asked.data.topic}`);
  const off = done.isSuccess || asked.data?.wanted === false;
  return (
    <AuthCard
      title={t(off ? "unsubscribe.done" : "unsubscribe.title")}
      text={topic && t(off ? "unsubscribe.done.text" : "unsubscribe.text", { topic })}
      foot={
        <Link to="/account" className={LINK}>
          {t("unsubscribe.settings")}
        </Link>
      }
    >
      {!asked.data && (
        <Loading>
          <Skeleton className="h-12" />
        </Loading>
      )}
      {done.isError && <Notice tone="bad">{text(done.error)}</Notice>}
      {off ? (
        <Notice tone="good">{t("unsubscribe.sure")}</Notice>
      ) : (
        asked.data && (
          <Button size="large" busy={done.isPending} onClick={() => done.mutate()}>
            {t("unsubscribe.action")}
          </Button>
        )
      )}
    </AuthCard>
  );
}
