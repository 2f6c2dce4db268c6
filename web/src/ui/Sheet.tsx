import { useI18n } from "@/lib/i18n/i18n";
import * as Dialog from "@radix-ui/react-dialog";
import { type ReactNode, useRef } from "react";
import { cx } from "@/lib/cx";
import { Icon } from "./Icon";

interface Props {
  title: string;
  open: boolean;
  onClose: () => void;
  side?: "left" | "middle" | "full";
  children: ReactNode;
}

const PLACES = {
  left: "inset-y-0 left-0 w-[min(22rem,88vw)] rounded-r-3xl p-6",
  middle: "inset-x-4 top-1/2 mx-auto max-w-lg -translate-y-1/2 rounded-3xl p-6 max-h-[85dvh]",
  full: "inset-3 rounded-3xl p-4 sm:inset-8",
};

/** What lies over the page until it is closed: keeps focus in, gives it back. Loaded when first opened. */
export default function Sheet({ title, open, onClose, side = "middle", children }: Props) {
  const { t } = useI18n();
  const before = useRef<Element | null>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade fixed inset-0 z-40 bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            before.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const opener = before.current;
            // What opened this may be gone by what was done here.
            const back = opener instanceof HTMLElement && opener.isConnected ? opener : document.getElementById("main");
            back?.focus({ preventScroll: true });
          }}
          className={cx("fade fixed z-50 flex flex-col overflow-auto bg-surface shadow-float", PLACES[side])}
        >
          <div className="mb-4 flex items-center justify-between gap-4">
            <Dialog.Title className="text-xl">{title}</Dialog.Title>
            <Dialog.Close aria-label={t("close")} className="grid size-11 shrink-0 place-items-center rounded-full hover:bg-sunken">
              <Icon name="close" />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
