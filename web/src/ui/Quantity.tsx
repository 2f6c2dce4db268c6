import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "./Icon";

interface Props {
  value: number;
  most: number;
  least?: number;
  label: string;
  disabled?: boolean;
  onChange: (value: number) => void;
}

/** How many: a number between two buttons. */
export function Quantity({ value, most, least = 1, label, disabled, onChange }: Props) {
  const { t } = useI18n();
  const button = "grid size-11 place-items-center rounded-full hover:bg-sunken disabled:opacity-40 focus-visible:rounded-full";
  return (
    <div role="group" aria-label={label} className="inline-flex items-center rounded-full border-[1.5px] border-edge bg-surface">
      <button type="button" className={button} aria-label={t("quantity.less")} disabled={disabled || value <= least} onClick={() => onChange(value - 1)}>
        <Icon name="minus" />
      </button>
      <span role="status" className="min-w-8 text-center font-semibold tabular-nums">
        <span className="sr-only">{label} </span>
        {value}
      </span>
      <button type="button" className={button} aria-label={t("quantity.more")} disabled={disabled || value >= most} onClick={() => onChange(value + 1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
