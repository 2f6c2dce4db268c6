import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { growth } from "@/lib/period";
import type { ReactNode } from "react";
import { Link } from "./Link";

interface Props {
  name: string;
  value: string;
  /** The same figure now and in the period before. */
  change?: readonly [now: number, before: number];
  /** Where there is more about it. */
  to?: string;
  tone?: "warn" | "bad";
  children?: ReactNode;
}

/** One number and what it means. */
export function Figure({ name, value, change, to, tone, children }: Props) {
  return (
    <div className={cx("card relative grid content-start gap-1 p-5", to && "transition hover:shadow-lift")}>
      <dt className="text-sm font-semibold text-muted">
        {to ? (
          <Link to={to} className="after:absolute after:inset-0 after:rounded-card">
            {name}
          </Link>
        ) : (
          name
        )}
      </dt>
      <dd>
        <span className={cx("block font-display text-3xl font-bold tabular-nums", tone === "warn" && "text-warn", tone === "bad" && "text-bad")}>{value}</span>
        {change && <Growth now={change[0]} before={change[1]} />}
        {children}
      </dd>
    </div>
  );
}

function Growth({ now, before }: { now: number; before: number }) {
  const { t, lang } = useI18n();
  const by = growth(now, before);
  if (by === null) return <span className="text-sm text-muted">{t("figure.growth.none")}</span>;
  const percent = new Intl.NumberFormat(lang, { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 }).format(by);
  return (
    <span className="text-sm text-muted">
      <span className={cx("font-semibold", by > 0 && "text-good", by < 0 && "text-bad")}>{percent}</span> {t("figure.growth")}
    </span>
  );
}
