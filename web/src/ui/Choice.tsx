import { cx } from "@/lib/cx";

interface Props<T extends string> {
  label: string;
  options: readonly { value: T; name: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** A few choices side by side, one of them pressed. */
export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <div role="group" aria-label={label} className="flex w-fit max-w-full flex-wrap gap-1 rounded-3xl bg-sunken p-1">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          className={cx(
            "min-h-10 rounded-full px-3 text-sm sm:px-4 font-semibold focus-visible:rounded-full",
            option.value === value ? "bg-surface shadow-lift" : "text-muted hover:text-ink",
          )}
          onClick={() => onChange(option.value)}
        >
          {option.name}
        </button>
      ))}
    </div>
  );
}
