import { useDiscard, useReplay, useReplayAll } from "@/api/admin/handleDeadLetters";
import { useDeadLetters } from "@/api/admin/listDeadLetters";
import type { DeadLetter } from "@/api/admin/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { useParams } from "react-router";
import { Ask } from "./Ask";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { useAct } from "./useAct";

/** What a queue has given up: to be tried again once the cause is mended, or forgotten. */
export default function QueuePage() {
  const { queue = "" } = useParams();
  const { t, maybe } = useI18n();
  const act = useAct();
  const letters = useDeadLetters(queue);
  const replay = useReplayAll();
  const some = letters.data?.pages.some((page) => page.body.length > 0);
  async function all() {
    await act(replay.mutateAsync(queue), t("admin.letters.replayed"));
  }
  return (
    <>
      <PageHead title={t("admin.queue.title", { queue })} text={maybe(`admin.queue.${queue}`) ?? ""} back={{ to: "/admin/queues", name: t("admin.queues") }}>
        {some && (
          <Button size="small" busy={replay.isPending} onClick={() => void all()}>
            {t("admin.letters.replay")}
          </Button>
        )}
      </PageHead>
      <Listing label={t("admin.letters")} list={letters} keyOf={(letter) => letter.messageId} empty={{ title: t("admin.letters.none"), text: t("admin.letters.none.text"), icon: "check" }}>
        {(letter) => <Letter queue={queue} letter={letter} />}
      </Listing>
    </>
  );
}

function Letter({ queue, letter }: { queue: string; letter: DeadLetter }) {
  const { t, date } = useI18n();
  const act = useAct();
  const replay = useReplay();
  const discard = useDiscard();
  const { messageId } = letter;
  const about = `${letter.type} ${letter.subject}`;
  return (
    <article aria-label={about} className="grid gap-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="font-semibold">{letter.type}</p>
          <p className="font-mono text-sm wrap-anywhere text-muted">{letter.subject}</p>
          <p className="text-sm text-muted">{t("admin.letter.tries", { count: letter.tries, date: date(letter.diedAt, "time") })}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button look="plain" size="small" busy={replay.isPending} aria-label={`${t("admin.letter.replay")}: ${about}`} onClick={() => void act(replay.mutateAsync({ queue, messageId }), t("admin.letter.replayed"))}>
            {t("admin.letter.replay")}
          </Button>
          <Ask
            name={t("admin.letter.discard")}
            about={about}
            title={t("admin.letter.discard.title")}
            text={t("admin.letter.discard.text")}
            action={t("admin.letter.discard")}
            onDo={() => act(discard.mutateAsync({ queue, messageId }), t("admin.letter.discarded"))}
          />
        </div>
      </div>
      <pre className="overflow-x-auto rounded-field bg-bad-soft px-4 py-3 font-mono text-sm whitespace-pre-wrap wrap-anywhere text-bad">{letter.reason}</pre>
      {Object.keys(letter.payload).length > 0 && (
        <details className="text-sm">
          <summary className="w-fit cursor-pointer font-semibold text-muted hover:text-ink">{t("admin.letter.payload")}</summary>
          <pre className="mt-2 overflow-x-auto rounded-field bg-sunken px-4 py-3 font-mono whitespace-pre-wrap wrap-anywhere">{JSON.stringify(letter.payload, null, 2)}</pre>
        </details>
      )}
    </article>
  );
}
