interface Props {
  label: string;
  /** 0 to 1. */
  share: number;
}

/** How far something is. */
export function Progress({ label, share }: Props) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className="grid gap-1.5">
      <span className="flex justify-between gap-4 text-sm font-semibold">
        <span>{label}</span>
        <span className="tabular-nums">{percent} %</span>
      </span>
      <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-3 overflow-hidden rounded-full bg-sunken">
        <div className="h-full rounded-full bg-brand transition-[width] duration-300" style={{ width: `${percent}%` }} />
      </div>
    </div>
  );
}
