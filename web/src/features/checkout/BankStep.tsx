import { useI18n } from "@/lib/i18n/i18n";
import { buttonClass } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useEffect, useRef } from "react";
import { Panel } from "./Panel";

/** The bank asks the payer: in a window of its own, while this page waits and goes on by itself. */
export function BankStep({ url }: { url: string }) {
  const { t } = useI18n();
  const bank = useRef<Window | null>(null);
  // The payment is decided when this goes away: the bank's window has done its work.
  useEffect(() => () => bank.current?.close(), []);
  return (
    <Panel tint="sky" title={t("bank.title")} picture={<Icon name="shield" className="size-14" />}>
      <p>{t("bank.text")}</p>
      <p className="mt-4">
        <a
          href={url}
          target="cartwheel-bank"
          className={buttonClass("primary", "large")}
          onClick={(event) => {
            const opened = window.open(url, "cartwheel-bank", "width=480,height=640");
            if (!opened) return; // blocked: the link opens a tab instead
            event.preventDefault();
            bank.current = opened;
            opened.focus();
          }}
        >
          {t("bank.open")}
          <Icon name="right" />
        </a>
      </p>
      <p className="mt-2 flex items-center justify-center gap-2 text-base">
        <span className="blink size-2.5 rounded-full bg-brand" /> {t("bank.waiting")}
      </p>
    </Panel>
  );
}
