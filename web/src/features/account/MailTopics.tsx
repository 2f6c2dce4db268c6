import { useChooseMailTopics, useMailTopics } from "@/api/account/mailTopics";
import type { MailTopics as Topics, User } from "@/api/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";

/** Which of the mails that are not a must somebody wants. Kept with each tick. */
export function MailTopics({ user }: { user: User }) {
  const { t } = useI18n();
  const topics = useMailTopics();
  const sells = user.groups.includes("vendors") || user.groups.includes("admins");
  return (
    <Panel title={t("mail.title")} text={t("mail.text")}>
      {topics.isError && <Failed error={topics.error} retry={() => void topics.refetch()} />}
      {topics.isPending && (
        <Loading>
          <Skeleton className="h-11" />
        </Loading>
      )}
      {topics.data && (
        <div className="grid gap-2">
          <Topic topic="cart" topics={topics.data} />
          {sells && <Topic topic="stock" topics={topics.data} />}
        </div>
      )}
    </Panel>
  );
}

function Topic({ topic, topics }: { topic: keyof Topics; topics: Topics }) {
  const { t } = useI18n();
  const text = useErrorText();
  const choose = useChooseMailTopics();
  const wanted = choose.isPending ? !topics[topic] : topics[topic];
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        className="size-5 shrink-0 accent-brand"
        checked={wanted}
        onChange={() =>
          !choose.isPending &&
          choose.mutate({ [topic]: !topics[topic] }, { onSuccess: () => toast(t("saved")), onError: (error) => toast(text(error), { kind: "error" }) })
        }
      />
      {t(`mail.topic.${topic}`)}
    </label>
  );
}
