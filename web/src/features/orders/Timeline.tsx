import { useOrderHistory } from "@/api/orders/getOrderHistory";
import type { Order, OrderStatus } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { Skeleton } from "@/ui/States";

const USUAL = ["PENDING", "PROCESSING", "SHIPPED", "DELIVERED"] as const satisfies readonly OrderStatus[];

/** What has happened to the order, and what is still to come. */
export function Timeline({ order }: { order: Order }) {
  const { t, maybe, date } = useI18n();
  const history = useOrderHistory(order.orderId, order.status);
  const happened = history.data ?? [];
  const at = USUAL.findIndex((status) => status === order.status);
  const ahead = at < 0 ? [] : USUAL.slice(at + 1);
  return (
    <section aria-labelledby="timeline" className="card p-6">
      <h2 id="timeline" className="mb-4 text-xl">
        {t("order.timeline")}
      </h2>
      {history.isPending && <Skeleton className="h-32" />}
      <ol className="grid">
        {happened.map((entry, index) => (
          <li key={`${entry.status}-${entry.at}`} className="relative flex gap-4 pb-5 last:pb-0">
            {index + 1 < happened.length + ahead.length && <Line solid={index + 1 < happened.length} />}
            <span className={cx("z-10 grid size-7 shrink-0 place-items-center rounded-full", isBad(entry.status) ? "bg-bad-soft text-bad" : "bg-good-soft text-good")}>
              <Icon name={isBad(entry.status) ? "close" : "check"} className="size-4" />
            </span>
            <span>
              <span className="block font-semibold">{maybe(`event.${entry.status}`) ?? entry.status}</span>
              <time dateTime={entry.at} className="text-sm text-muted">
                {date(entry.at, "time")}
              </time>
            </span>
          </li>
        ))}
        {ahead.map((status, index) => (
          <li key={status} className="relative flex gap-4 pb-5 text-muted last:pb-0">
            {index + 1 < ahead.length && <Line solid={false} />}
            <span className="z-10 size-7 shrink-0 rounded-full border-2 border-dashed border-edge bg-surface" />
            <span>
              {t(`event.${status}`)} <span className="sr-only">({t("order.ahead")})</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ solid }: { solid: boolean }) {
  return <span aria-hidden="true" className={cx("absolute top-6 bottom-0 left-[13px] w-0.5", solid ? "bg-good" : "bg-line")} />;
}

function isBad(status: string): boolean {
  return status === "FAILED" || status === "CANCELLED";
}
