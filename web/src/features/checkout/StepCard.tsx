import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { type ReactNode, useEffect, useRef } from "react";

export const STEPS = ["address", "shipping", "payment", "review"] as const;
export type Step = (typeof STEPS)[number];

interface Props {
  name: Step;
  now: boolean;
  done: boolean;
  onEdit: () => void;
  /** What was chosen, shown once the step is done. */
  summary?: ReactNode;
  children: ReactNode;
}

/** One numbered step: open, done with its summary, or still to come. */
export function StepCard({ name, now, done, onEdit, summary, children }: Props) {
  const { t } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(now);
  useEffect(() => {
    // The keyboard goes along when a step opens; not when the page does.
    if (now && !before.current) heading.current?.focus();
    before.current = now;
  }, [now]);
  const number = STEPS.indexOf(name) + 1;
  return (
    <section aria-labelledby={`step-${name}`} className={cx("card p-5 sm:p-7", !now && !done && "opacity-75")}>
      <div className="flex items-center gap-3">
        <span
          aria-hidden="true"
          className={cx("grid size-9 shrink-0 place-items-center rounded-full font-bold", done ? "bg-good-soft text-good" : now ? "bg-ink text-ground" : "bg-sunken")}
        >
          {done ? <Icon name="check" /> : number}
        </span>
        <h2 id={`step-${name}`} ref={heading} tabIndex={-1} aria-current={now ? "step" : undefined} className="grow text-xl">
          {t(`checkout.${name}`)}
        </h2>
        {done && (
          <button type="button" className="min-h-11 rounded-full px-3 font-semibold text-brand underline-offset-4 hover:underline" onClick={onEdit}>
            {t("edit")}
            <span className="sr-only"> {t(`checkout.${name}`)}</span>
          </button>
        )}
      </div>
      {now && <div className="fade pt-6">{children}</div>}
      {done && summary && <div className="pt-2 pl-12 text-muted">{summary}</div>}
    </section>
  );
}
