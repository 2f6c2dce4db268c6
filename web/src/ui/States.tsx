import { useI18n } from "@/lib/i18n/i18n";
import { useErrorText } from "@/lib/errorText";
import { online } from "@/lib/online";
import { isProblem } from "@/lib/problem";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import { cx } from "@/lib/cx";

/** Something grey in the shape of what is on its way. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx("skeleton block", className)} />;
}

/** Says to screen readers that something is being loaded, around its skeletons. */
export function Loading({ children, className }: { children: ReactNode; className?: string }) {
  const { t } = useI18n();
  return (
    <div role="status" className={className}>
      <span className="sr-only">{t("loading")}</span>
      {children}
    </div>
  );
}

interface Blank {
  /** Whether this is all that the page has to say. */
  page?: boolean;
  title: string;
  text?: string;
  icon?: IconName;
  children?: ReactNode;
}

export function Empty({ page = false, title, text, icon = "box", children }: Blank) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 py-16 text-center">
      <span className="grid size-20 place-items-center rounded-full bg-lilac">
        <Icon name={icon} className="size-9" />
      </span>
      <Heading className="mt-2 text-2xl">{title}</Heading>
      {text && <p className="text-muted">{text}</p>}
      {children && <div className="mt-3 flex flex-wrap justify-center gap-3">{children}</div>}
    </div>
  );
}

/** What went wrong, and another try. */
export function Failed({ error, retry, page }: { error: unknown; retry?: () => void; page?: boolean }) {
  const { t } = useI18n();
  const text = useErrorText();
  const offline = isProblem(error, "offline") || (!isProblem(error) && !online.get());
  return (
    <div role="alert">
      <Empty page={page} title={t(offline ? "error.offline.title" : "error.title")} text={offline ? t("error.offline") : text(error)} icon={offline ? "offline" : "alert"}>
        {retry && <Button onClick={retry}>{t("error.retry")}</Button>}
        {isProblem(error) && error.requestId && (
          <p className="w-full text-xs text-muted">{t("error.reference", { id: error.requestId })}</p>
        )}
      </Empty>
    </div>
  );
}

type Tone = "good" | "warn" | "bad" | "plain";

const TONES: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  plain: "bg-sunken text-ink",
};

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={cx("inline-flex items-center gap-1.5 rounded-full px-3 py-1 text-sm font-semibold", TONES[tone])}>
      {children}
    </span>
  );
}

/** A message within a page. Errors are read out when they appear. */
export function Notice({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={cx("fade rounded-field px-4 py-3 text-sm font-medium", TONES[tone])}>
      {children}
    </div>
  );
}
