import { useErrorText } from "@/lib/errorText";
import { focusFirstError } from "@/lib/forms";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { Notice } from "./States";
import { cx } from "@/lib/cx";

interface Props {
  /** Says what is wrong by field; nothing is sent then, and the first such field gets the focus. */
  check?: () => Record<string, string>;
  onErrors?: (errors: Record<string, string>) => void;
  onSubmit: () => void;
  error?: unknown;
  busy: boolean;
  action: string;
  className?: string;
  children: ReactNode;
}

/** A form with one button: checks, sends, and says what went wrong. */
export function Form({ check, onErrors, onSubmit, error, busy, action, className, children }: Props) {
  const text = useErrorText();
  return (
    <form
      noValidate
      className={cx("grid gap-4", className)}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        const errors = check?.() ?? {};
        onErrors?.(errors);
        if (Object.keys(errors).length > 0) focusFirstError(event.currentTarget);
        else onSubmit();
      }}
    >
      {error ? <Notice tone="bad">{text(error)}</Notice> : null}
      {children}
      <Button type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
