import { cx } from "@/lib/cx";
import { type ComponentProps, useId } from "react";

interface Props extends ComponentProps<"textarea"> {
  label: string;
  hint?: string;
}

/** A field of several lines, with its label bound to it. */
export function TextArea({ label, hint, className, ...rest }: Props) {
  const id = useId();
  return (
    <div className={cx("grid gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <textarea id={id} className="field" aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
