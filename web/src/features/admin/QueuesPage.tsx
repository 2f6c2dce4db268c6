import { useQueues } from "@/api/admin/listQueues";
import type { Queue } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "@/ui/Link";
import { Badge, Failed, Loading, Skeleton } from "@/ui/States";
import { PageHead } from "./PageHead";
import { sinceText } from "./since";

/** What waits to be done, and what was given up. */
export default function QueuesPage() {
  const { t } = useI18n();
  const queues = useQueues();
  return (
    <>
      <PageHead title={t("admin.queues")} text={t("admin.queues.text")} />
      {queues.isError && !queues.data && <Failed error={queues.error} retry={() => void queues.refetch()} />}
      {queues.isPending && (
        <Loading className="card grid gap-px overflow-hidden">
          {[0, 1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="h-20" />
          ))}
        </Loading>
      )}
      {queues.data && (
        <ul aria-label={t("admin.queues")} className="card divide-y divide-line px-4 sm:px-6">
          {queues.data.map((queue) => (
            <li key={queue.name} className="py-4">
              <Row queue={queue} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ queue }: { queue: Queue }) {
  const { t, maybe, lang } = useI18n();
  return (
    <div className="relative flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0">
        <Link to={`/admin/queues/${queue.name}`} className="font-semibold underline-offset-4 after:absolute after:inset-0 hover:underline">
          {queue.name}
        </Link>
        <p className="text-sm text-muted">{maybe(`admin.queue.${queue.name}`)}</p>
      </div>
      <span className="flex flex-wrap gap-2">
        <Badge tone={queue.waiting > 0 ? "warn" : "plain"}>
          {t("admin.queue.waiting", { count: queue.waiting })}
          {queue.oldestAt && ` · ${sinceText(queue.oldestAt, lang)}`}
        </Badge>
        <Badge tone={queue.givenUp > 0 ? "bad" : "good"}>{t("admin.queue.givenUp", { count: queue.givenUp })}</Badge>
      </span>
    </div>
  );
}
