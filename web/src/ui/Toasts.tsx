import { useI18n } from "@/lib/i18n/i18n";
import { useSignal } from "@/lib/signal";
import { dismiss, toasts } from "@/lib/toasts";
import { Icon } from "./Icon";

/** Short messages at the foot of the page, read out by screen readers as they come. */
export function Toasts() {
  const { t } = useI18n();
  const shown = useSignal(toasts);
  return (
    <div
      role="region"
      aria-label={t("toasts.label")}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-0 z-50 flex flex-col items-center gap-2 p-4"
    >
      {shown.map((item) => (
        <div
          key={item.id}
          role={item.kind === "error" ? "alert" : undefined}
          className="rise pointer-events-auto flex w-full max-w-md items-center gap-3 rounded-2xl bg-ink py-2 pr-2 pl-4 text-ground shadow-float"
        >
          <Icon name={item.kind === "error" ? "alert" : "check"} />
          <p className="grow py-1 text-sm font-medium">{item.text}</p>
          {item.action && (
            <button
              type="button"
              className="min-h-10 shrink-0 rounded-full px-2 text-sm font-bold underline underline-offset-4"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </button>
          )}
          <button type="button" aria-label={t("close")} className="grid size-10 place-items-center rounded-full" onClick={() => dismiss(item.id)}>
            <Icon name="close" className="size-4" />
          </button>
        </div>
      ))}
    </div>
  );
}
