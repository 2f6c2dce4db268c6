import type { Placing } from "@/api/orders/placeOrder";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Empty, Notice } from "@/ui/States";
import type { Keep } from "./useCheckoutDraft";
import { useOrdering } from "./useOrdering";

/** An order was sent and its answer never came: asks for it, with the same key, so that nothing is ordered twice. */
export function OpenOrder({ placing, keep }: { placing: Placing; keep: Keep }) {
  const { t } = useI18n();
  const text = useErrorText();
  const { place, order } = useOrdering(keep);
  return (
    <Empty icon="alert" title={t("open.title")} text={t("open.text")}>
      {place.isError && <Notice tone="bad">{text(place.error)}</Notice>}
      <Button busy={place.isPending} onClick={() => order(placing)}>
        {t("open.action")}
      </Button>
    </Empty>
  );
}
