import { useAddCartItem } from "@/api/cart/addCartItem";
import type { Order } from "@/api/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useState } from "react";
import { useNavigate } from "react-router";

/** Puts everything of an order into the cart again, as far as the shop still has it. */
export function Reorder({ order }: { order: Order }) {
  const { t } = useI18n();
  const text = useErrorText();
  const navigate = useNavigate();
  const add = useAddCartItem();
  const [busy, setBusy] = useState(false);

  async function reorder() {
    setBusy(true);
    let failure: unknown;
    let put = 0;
    for (const { productId, variantId, quantity } of order.items) {
      try {
        await add.mutateAsync({ productId, variantId, quantity });
        put += 1;
      } catch (error) {
        failure = error;
      }
    }
    setBusy(false);
    if (put === 0) return toast(text(failure), { kind: "error" });
    toast(t(put === order.items.length ? "reorder.done" : "reorder.partly"));
    void navigate("/cart");
  }

  return (
    <Button look="plain" busy={busy} onClick={() => void reorder()}>
      <Icon name="undo" /> {t("reorder")}
    </Button>
  );
}
