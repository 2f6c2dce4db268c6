import { cx } from "@/lib/cx";
import { type ComponentProps, type ReactNode, useId } from "react";

interface Shown {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: string;
  className?: string;
}

type FieldProps = ComponentProps<"input"> & Shown;

/** An input with its label, hint and error bound to it. */
export function Field({ label, hint, error, optional, className, ...rest }: FieldProps) {
  const bound = useBinding(rest.id, hint, error);
  return (
    <Labelled {...{ label, hint, error, optional, className }} ids={bound}>
      <input className="field" {...rest} id={bound.id} aria-invalid={Boolean(error)} aria-describedby={bound.told} />
    </Labelled>
  );
}

export function Select({ label, hint, error, optional, className, children, ...rest }: ComponentProps<"select"> & Shown) {
  const bound = useBinding(rest.id, hint, error);
  return (
    <Labelled {...{ label, hint, error, optional, className }} ids={bound}>
      <select className="field" {...rest} id={bound.id} aria-invalid={Boolean(error)} aria-describedby={bound.told}>
        {children}
      </select>
    </Labelled>
  );
}

interface Ids {
  id: string;
  hintId: string;
  errorId: string;
  told: string | undefined;
}

function useBinding(given: string | undefined, hint: ReactNode, error: string | undefined): Ids {
  const made = useId();
  const id = given ?? made;
  const told = cx(error && `${id}-error`, hint ? `${id}-hint` : null) || undefined;
  return { id, hintId: `${id}-hint`, errorId: `${id}-error`, told };
}

function Labelled({ label, hint, error, optional, className, ids, children }: Shown & { ids: Ids; children: ReactNode }) {
  return (
    <div className={cx("grid content-start gap-1.5", className)}>
      <label htmlFor={ids.id} className="text-sm font-semibold">
        {label} {optional && <span className="font-normal text-muted">({optional})</span>}
      </label>
      {children}
      {error && (
        <p id={ids.errorId} className="text-sm font-medium text-bad">
          {error}
        </p>
      )}
      {hint && (
        <p id={ids.hintId} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
