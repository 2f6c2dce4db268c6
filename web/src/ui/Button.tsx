import { cx } from "@/lib/cx";
import type { ComponentProps } from "react";
import { Link, type LinkProps } from "./Link";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-brand text-on-brand hover:bg-brand-strong",
  plain: "bg-surface text-ink border-[1.5px] border-edge hover:border-ink hover:bg-sunken",
  quiet: "text-ink hover:bg-sunken",
  danger: "bg-surface text-bad border-[1.5px] border-bad hover:bg-bad-soft",
};

const SHAPE =
  "inline-flex items-center justify-center gap-2 rounded-full py-2 font-semibold text-center leading-tight transition duration-150 " +
  "active:scale-[.98] disabled:opacity-55 disabled:active:scale-100 focus-visible:rounded-full";

interface Own {
  look?: Look;
  size?: "normal" | "small" | "large";
}

const SIZES = {
  small: "min-h-9 px-4 text-sm",
  normal: "min-h-12 px-6",
  large: "min-h-14 px-8 text-lg",
};

export function buttonClass(look: Look = "primary", size: Own["size"] = "normal", more?: string): string {
  return cx(SHAPE, LOOKS[look], SIZES[size], more);
}

interface ButtonProps extends ComponentProps<"button">, Own {
  /** Something is under way: the button says so and takes no second click. */
  busy?: boolean;
}

export function Button({ look, size, busy = false, className, children, type = "button", onClick, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={buttonClass(look, size, className)}
      aria-busy={busy}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        // Stays focusable while busy, so that the keyboard's place is not lost.
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
      {...rest}
    >
      {busy && <Dots />}
      {children}
    </button>
  );
}

export function ButtonLink({ look, size, className, ...rest }: LinkProps & Own) {
  return <Link className={buttonClass(look, size, className)} {...rest} />;
}

function Dots() {
  return (
    <svg viewBox="0 0 24 8" className="w-6" aria-hidden="true" fill="currentColor">
      {[4, 12, 20].map((x, index) => (
        <circle key={x} cx={x} cy="4" r="3" className="blink" style={{ animationDelay: `${index * 0.16}s` }} />
      ))}
    </svg>
  );
}
