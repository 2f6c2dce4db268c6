import { cx } from "@/lib/cx";

/** The mark: a wheel in mid-turn, one spoke ahead of the others. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 48 48" className={cx("mark", className)} aria-hidden="true">
      <g className="mark-wheel" fill="none" stroke="currentColor" strokeWidth="5" strokeLinecap="round">
        <path d="M41.5 16.8A19 19 0 1 1 31.2 6.4" />
        <path d="M24 24 11.3 36.7M24 24 6.7 19.4M24 24l4.6 17.3M24 24l17.3 4.6M24 24l-7.7-15.5" strokeWidth="3.5" />
        <path d="m24 24 13.4-13.4" stroke="var(--brand)" strokeWidth="5" />
      </g>
      <circle cx="39" cy="9" r="5" fill="var(--brand)" />
      <circle cx="24" cy="24" r="4.5" fill="currentColor" />
    </svg>
  );
}

export function Logo({ className }: { className?: string }) {
  return (
    <span className={cx("inline-flex items-center gap-2 font-display text-xl font-extrabold tracking-tight", className)}>
      <Mark className="mt-0.5 -mb-0.5 size-8" />
      Cartwheel
    </span>
  );
}
