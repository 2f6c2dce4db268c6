import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/TextArea";
import { lazy, type ReactNode, Suspense, useState } from "react";

const Sheet = lazy(() => import("@/ui/Sheet"));

interface Props {
  /** What the button says that asks. */
  name: string;
  /** Whom or what it is about, for those who hear the button alone. */
  about?: string | undefined;
  title: string;
  text: string;
  /** What the button says that does it. */
  action: string;
  danger?: boolean;
  /** What the field for a reason is called, if there is one. */
  reason?: string | undefined;
  onDo: (reason: string) => Promise<boolean>;
  children?: ReactNode;
}

/** A button that asks before it does something that is not easily undone. */
export function Ask({ name, about, title, text, action, danger = true, reason, onDo, children }: Props) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [why, setWhy] = useState("");
  async function go() {
    setBusy(true);
    const done = await onDo(why.trim());
    setBusy(false);
    if (!done) return;
    setOpen(false);
    setWhy("");
  }
  return (
    <>
      <Button look={danger ? "danger" : "plain"} size="small" aria-label={about && `${name}: ${about}`} onClick={() => setOpen(true)}>
        {children ?? name}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <Sheet title={title} open onClose={() => setOpen(false)}>
            <form
              className="grid gap-5"
              onSubmit={(event) => {
                event.preventDefault();
                if (!busy) void go();
              }}
            >
              <p>{text}</p>
              {reason && <TextArea label={reason} rows={3} maxLength={500} value={why} onChange={(event) => setWhy(event.target.value)} />}
              <div className="flex flex-wrap justify-end gap-3">
                <Button look="quiet" onClick={() => setOpen(false)}>
                  {t("admin.notNow")}
                </Button>
                <Button type="submit" look={danger ? "danger" : "primary"} busy={busy}>
                  {action}
                </Button>
              </div>
            </form>
          </Sheet>
        </Suspense>
      )}
    </>
  );
}
