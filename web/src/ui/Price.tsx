import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";

interface Props {
  amount: number;
  currency: string;
  /** What it cost before; shown struck through where that was more. */
  compareAt?: number | null;
  /** The lowest of several prices. */
  from?: boolean;
  className?: string;
}

export function Price({ amount, currency, compareAt, from = false, className }: Props) {
  const { t, money } = useI18n();
  const reduced = compareAt !== null && compareAt !== undefined && compareAt > amount;
  const text = money(amount, currency);
  return (
    <p className={cx("tabular-nums", className)}>
      <span className={cx("font-semibold", reduced && "text-bad")}>{from ? t("price.from", { price: text }) : text}</span>
      {reduced && (
        <>
          {" "}
          <s className="ml-1 text-[.85em] text-muted">
            <span className="sr-only">{t("price.before")} </span>
            {money(compareAt, currency)}
          </s>
        </>
      )}
    </p>
  );
}
