import { useVendorDesk } from "@/api/vendor/getVendorDesk";
import { useLedger } from "@/api/vendor/listLedger";
import { usePayouts } from "@/api/vendor/listPayouts";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Panel } from "@/ui/Panel";
import { MoreButton } from "@/ui/MoreButton";
import { Failed, Loading, Skeleton } from "@/ui/States";

/** What the shop owes, how it came to be, and what was paid. */
export default function MoneyPage() {
  const { t, money } = useI18n();
  useTitle(t("vendor.money"));
  const desk = useVendorDesk();
  const balance = desk.data?.balance ?? 0;
  return (
    <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <h2 className="sr-only">{t("vendor.money")}</h2>
      <div className="grid gap-6 lg:col-start-2 lg:row-start-2">
        <Panel title={t("vendor.balance")} text={t(balance < 0 ? "vendor.balance.owed" : "vendor.balance.text")}>
          {desk.isError && !desk.data ? (
            <Failed error={desk.error} retry={() => void desk.refetch()} />
          ) : desk.data ? (
            <p className={cx("font-display text-4xl font-bold tabular-nums", balance < 0 && "text-bad")}>{money(balance, desk.data.currency)}</p>
          ) : (
            <Skeleton className="h-10 w-40" />
          )}
        </Panel>
        <Payouts />
      </div>
      <div className="lg:col-start-1 lg:row-start-2">
        <Movements />
      </div>
    </div>
  );
}

function Payouts() {
  const { t, money, date } = useI18n();
  const payouts = usePayouts();
  const shown = payouts.data?.pages.flatMap((page) => page.body);
  return (
    <Panel title={t("vendor.payouts")}>
      {payouts.isPending && <Waiting />}
      {payouts.isError && !shown && <Failed error={payouts.error} retry={() => void payouts.refetch()} />}
      {shown?.length === 0 && <p className="text-muted">{t("vendor.payouts.none")}</p>}
      {shown && shown.length > 0 && (
        <ul className="divide-y divide-line">
          {shown.map((payout) => (
            <li key={payout.batchId} className="flex flex-wrap items-baseline justify-between gap-x-4 py-3 first:pt-0">
              <span>
                <span className="block font-semibold">{date(payout.createdAt)}</span>
                <span className="text-sm text-muted">{t("vendor.payouts.to", { hint: payout.payoutHint })}</span>
              </span>
              <span className="font-semibold tabular-nums">{money(payout.amount, payout.currency)}</span>
            </li>
          ))}
        </ul>
      )}
      <MoreButton list={payouts} />
    </Panel>
  );
}

function Movements() {
  const { t, money, date } = useI18n();
  const ledger = useLedger();
  const shown = ledger.data?.pages.flatMap((page) => page.body);
  return (
    <Panel title={t("vendor.ledger")} text={t("vendor.ledger.text")}>
      {ledger.isPending && <Waiting />}
      {ledger.isError && !shown && <Failed error={ledger.error} retry={() => void ledger.refetch()} />}
      {shown?.length === 0 && <p className="text-muted">{t("vendor.ledger.none")}</p>}
      {shown && shown.length > 0 && (
        <ul className="divide-y divide-line">
          {shown.map((entry) => (
            <li key={entry.entryId} className="flex items-baseline justify-between gap-4 py-2.5 first:pt-0">
              <span>
                <span className="block font-semibold">{t(`vendor.kind.${entry.kind}`)}</span>
                <time dateTime={entry.at} className="text-sm text-muted">
                  {date(entry.at, "time")}
                </time>
              </span>
              <span className={cx("font-semibold tabular-nums", entry.amount > 0 && "text-good")}>
                {entry.amount > 0 && "+"}
                {money(entry.amount, entry.currency)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <MoreButton list={ledger} />
    </Panel>
  );
}

function Waiting() {
  return (
    <Loading className="grid gap-3">
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} className="h-12 rounded-lg" />
      ))}
    </Loading>
  );
}
