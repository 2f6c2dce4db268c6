import { useMovements } from "@/api/admin/listMovements";
import type { Movement } from "@/api/admin/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "@/ui/Link";
import { Listing } from "./Listing";

/** What moved a variant's stock, the newest first. */
export function Movements({ productId, variantId }: { productId: string; variantId: string }) {
  const { t } = useI18n();
  const movements = useMovements(productId, variantId);
  return (
    <Listing
      label={t("admin.movements")}
      list={movements}
      keyOf={(moved) => `${moved.at} ${moved.reason} ${moved.reference} ${moved.change}`}
      empty={{ title: t("admin.movements.none"), text: t("admin.movements.none.text") }}
    >
      {(moved) => <Row moved={moved} />}
    </Listing>
  );
}

const OF_ORDERS: readonly string[] = ["reserved", "released", "sold"];

function Row({ moved }: { moved: Movement }) {
  const { t, maybe, date, lang } = useI18n();
  const signed = new Intl.NumberFormat(lang, { signDisplay: "exceptZero" });
  const change = moved.onHandChange || moved.change;
  return (
    <div className="grid grid-cols-[1fr_auto] items-baseline gap-x-4">
      <div className="min-w-0">
        <span className="font-semibold">{maybe(`admin.moved.${moved.reason}`) ?? moved.reason}</span>
        {moved.note && <span className="wrap-anywhere"> · {moved.note}</span>}
        <p className="text-sm text-muted">
          <time dateTime={moved.at}>{date(moved.at, "time")}</time>
          {OF_ORDERS.includes(moved.reason) && (
            <>
              {" · "}
              <Link to={`/admin/orders/${moved.reference}`} className="underline underline-offset-4">
                {t("admin.movements.order")}
              </Link>
            </>
          )}
        </p>
      </div>
      <span className={cx("font-semibold tabular-nums", change > 0 && "text-good", change < 0 && "text-bad")}>{signed.format(change)}</span>
    </div>
  );
}
