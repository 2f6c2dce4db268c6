import { useAddCartItem } from "@/api/cart/addCartItem";
import { useCart } from "@/api/cart/getCart";
import type { Product, Variant } from "@/api/types";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Quantity } from "@/ui/Quantity";
import { Badge } from "@/ui/States";
import { useState } from "react";
import { useNavigate } from "react-router";

const FEW = 5;
const MOST = 99;

/** Stock, quantity and the button that puts it into the cart. */
export function Buy({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { t } = useI18n();
  const text = useErrorText();
  const navigate = useNavigate();
  const add = useAddCartItem();
  const inCart = useCart().data?.items.find((item) => item.variantId === variant?.variantId)?.quantity ?? 0;
  const [wanted, want] = useState(1);
  const stock = variant?.stock ?? 0;
  const most = Math.max(0, Math.min(stock, MOST) - inCart);
  const quantity = Math.min(wanted, Math.max(most, 1));

  function put() {
    if (!variant) return;
    const entry = { productId: product.productId, variantId: variant.variantId, quantity };
    add.mutate(entry, {
      onSuccess: () => {
        want(1);
        const action = { label: t("product.toCart"), run: () => void navigate("/cart") };
        toast(t("product.added", { name: product.name }), { action });
      },
      onError: (error) => toast(text(error), { kind: "error" }),
    });
  }

  return (
    <div className="grid gap-4">
      <div className="min-h-8" role="status">
        <Stock count={stock} />
        {inCart > 0 && <span className="ml-3 text-sm text-muted">{t("product.inCart", { count: inCart })}</span>}
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Quantity label={t("quantity")} value={quantity} most={Math.max(most, 1)} disabled={most === 0} onChange={want} />
        <Button size="large" className="grow" busy={add.isPending} disabled={most === 0} onClick={put}>
          <Icon name="cart" />
          {t(stock === 0 ? "stock.none" : most === 0 ? "product.allInCart" : "product.add")}
        </Button>
      </div>
    </div>
  );
}

function Stock({ count }: { count: number }) {
  const { t } = useI18n();
  if (count === 0) return <Badge tone="bad">{t("stock.none")}</Badge>;
  if (count <= FEW) return <Badge tone="warn">{t("stock.few", { count })}</Badge>;
  return (
    <Badge tone="good">
      <Icon name="check" className="size-4" />
      {t("stock.good")}
    </Badge>
  );
}
