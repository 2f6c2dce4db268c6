import { useProductStatus } from "@/api/admin/changeProduct";
import { useAnyProduct } from "@/api/admin/getAnyProduct";
import { useStock } from "@/api/admin/getStock";
import type { Stock } from "@/api/admin/types";
import type { Product, Variant } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { Button } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { Panel } from "@/ui/Panel";
import { Badge, Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { useParams } from "react-router";
import { Ask } from "./Ask";
import { Movements } from "./Movements";
import { PageHead } from "./PageHead";
import { TONES } from "./ProductsPage";
import { StockForm } from "./StockForm";
import { useAct } from "./useAct";
import { VendorName } from "./VendorName";

/** One product: whether it is in the shop, what is left of it, and what moved it. */
export default function ProductPage() {
  const { productId = "" } = useParams();
  const { t } = useI18n();
  const product = useAnyProduct(productId);
  if (product.data) return <Details product={product.data} />;
  if (product.isPending) {
    return (
      <Loading className="grid gap-6">
        <Skeleton className="h-10 w-64" />
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  if (isProblem(product.error, "product_not_found")) return <Empty title={t("admin.product.missing")} />;
  return <Failed error={product.error} retry={() => void product.refetch()} />;
}

function Details({ product }: { product: Product }) {
  const { t } = useI18n();
  const [chosen, choose] = useState<string | undefined>(product.variants[0]?.variantId);
  const stock = useStock(product.productId);
  const variant = product.variants.find((one) => one.variantId === chosen) ?? product.variants[0];
  const row = stock.data?.find((one) => one.variantId === variant?.variantId);
  return (
    <>
      <PageHead title={product.name} back={{ to: "/admin/products", name: t("admin.products") }}>
        <Badge tone={TONES[product.status]}>{t(`admin.product.${product.status}`)}</Badge>
        <Shelf product={product} />
      </PageHead>
      <p className="-mt-4 mb-6 text-muted">
        <VendorName vendorId={product.vendorId} /> ·{" "}
        <Link to={`/products/${product.slug}`} className="font-semibold text-brand underline underline-offset-4">
          {t("admin.product.page")}
        </Link>
      </p>
      <div className="grid gap-6">
        <Panel title={t("admin.stock")}>
          {stock.isError && <Failed error={stock.error} retry={() => void stock.refetch()} />}
          {stock.isPending && <Skeleton className="h-24" />}
          {stock.data && <Variants product={product} rows={stock.data} chosen={variant?.variantId} onChoose={choose} />}
          {variant && row && <StockForm key={variant.variantId} productId={product.productId} name={nameOf(variant, product)} row={row} />}
        </Panel>
        {variant && (
          <section aria-labelledby="movements">
            <h3 id="movements" className="mb-4 text-xl">
              {t("admin.movements.of", { name: nameOf(variant, product) })}
            </h3>
            <Movements productId={product.productId} variantId={variant.variantId} />
          </section>
        )}
      </div>
    </>
  );
}

function Variants({ product, rows, chosen, onChoose }: { product: Product; rows: readonly Stock[]; chosen: string | undefined; onChoose: (id: string) => void }) {
  const { t, number } = useI18n();
  const numbers = ["onHand", "reserved", "available"] as const;
  return (
    <div className="-mx-6 overflow-x-auto px-6 sm:-mx-8 sm:px-8" tabIndex={0} role="region" aria-label={t("admin.stock")}>
      <table className="w-full min-w-md tabular-nums">
        <thead>
          <tr className="border-b border-line text-left text-sm text-muted">
            <th scope="col" className="py-2 pr-4 font-semibold">
              {t("admin.variant")}
            </th>
            {numbers.map((name) => (
              <th key={name} scope="col" className="py-2 pl-4 text-right font-semibold">
                {t(`admin.stock.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {product.variants.map((variant) => {
            const row = rows.find((one) => one.variantId === variant.variantId);
            return (
              <tr key={variant.variantId} className="border-b border-line last:border-0">
                <th scope="row" className="py-2 pr-4 text-left font-normal">
                  <Button look={variant.variantId === chosen ? "plain" : "quiet"} size="small" className="text-left" aria-pressed={variant.variantId === chosen} onClick={() => onChoose(variant.variantId)}>
                    {nameOf(variant, product)}
                  </Button>
                  {variant.sku && <span className="block px-4 text-sm text-muted">{variant.sku}</span>}
                </th>
                {numbers.map((name) => (
                  <td key={name} className="py-2 pl-4 text-right">
                    {row ? number(row[name]) : "–"}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Shelf({ product }: { product: Product }) {
  const { t } = useI18n();
  const act = useAct();
  const change = useProductStatus();
  const { productId, name } = product;
  if (product.status !== "active") {
    return (
      <Button size="small" look="plain" busy={change.isPending} onClick={() => void act(change.mutateAsync({ productId, status: "active" }), t("admin.product.active.done", { name }))}>
        {t("admin.product.show")}
      </Button>
    );
  }
  return (
    <Ask
      name={t("admin.product.archive")}
      title={t("admin.product.archive.title", { name })}
      text={t("admin.product.archive.text")}
      action={t("admin.product.archive")}
      onDo={() => act(change.mutateAsync({ productId, status: "archived" }), t("admin.product.archive.done", { name }))}
    />
  );
}

function nameOf(variant: Variant, product: Product): string {
  return Object.values(variant.options).join(" · ") || product.name;
}
