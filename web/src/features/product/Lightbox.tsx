import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import Sheet from "@/ui/Sheet";
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  count: number;
  at: number;
  onGo: (at: number) => void;
  children: ReactNode;
}

const ARROW = "grid size-12 shrink-0 place-items-center rounded-full bg-surface shadow-lift hover:bg-sunken";

/**
 * A product's pictures as large as the screen. One more click shows the picture two and a half times as large: a mouse
 * moves over it, fingers and arrow keys scroll it.
 */
export default function Lightbox({ title, open, onClose, count, at, onGo, children }: Props) {
  const { t } = useI18n();
  const [close, setClose] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const step = (by: number) => onGo((at + by + count) % count);

  useEffect(() => {
    const { current } = frame;
    if (!close || !current) return;
    current.scrollTo((current.scrollWidth - current.clientWidth) / 2, (current.scrollHeight - current.clientHeight) / 2);
  }, [close]);

  function follow({ currentTarget, pointerType, clientX, clientY }: PointerEvent<HTMLDivElement>) {
    if (!close || pointerType !== "mouse") return;
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = currentTarget;
    currentTarget.scrollTo(((clientX - left) / width) * (scrollWidth - clientWidth), ((clientY - top) / height) * (scrollHeight - clientHeight));
  }

  useEffect(() => {
    if (!open || close || count < 2) return;
    function press({ key }: KeyboardEvent) {
      const by = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
      if (by !== 0) onGo((at + by + count) % count);
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [at, close, count, onGo, open]);

  return (
    <Sheet
      title={title}
      side="full"
      open={open}
      onClose={() => {
        setClose(false);
        onClose();
      }}
    >
      <div className="relative flex min-h-0 grow items-center justify-center">
        {count > 1 && (
          <button type="button" aria-label={t("gallery.before")} className={cx(ARROW, "absolute left-1 z-10")} onClick={() => step(-1)}>
            <Icon name="right" className="rotate-180" />
          </button>
        )}
        {/* Scrolled by the arrow keys, so it takes the focus; what it shows is named by the button within. */}
        <div ref={frame} tabIndex={close ? 0 : undefined} role="region" aria-label={title} onPointerMove={follow} className="aspect-square max-h-full max-w-full overflow-auto rounded-2xl [height:min(100%,90vw)]">
          <button
            type="button"
            aria-pressed={close}
            aria-label={t(close ? "gallery.whole" : "gallery.closer")}
            className={cx("block", close ? "size-[250%] cursor-zoom-out" : "size-full cursor-zoom-in")}
            onClick={() => setClose(!close)}
          >
            {children}
          </button>
        </div>
        {count > 1 && (
          <button type="button" aria-label={t("gallery.after")} className={cx(ARROW, "absolute right-1 z-10")} onClick={() => step(1)}>
            <Icon name="right" />
          </button>
        )}
      </div>
      <p role="status" className="mt-3 text-center text-sm text-muted tabular-nums">
        {t("gallery.at", { number: at + 1, count })}
      </p>
    </Sheet>
  );
}
