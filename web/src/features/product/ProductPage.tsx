import { useProduct } from "@/api/catalogue/getProduct";
import { useSeller } from "@/api/catalogue/getSeller";
import { useProducts } from "@/api/catalogue/listProducts";
import { count } from "@/api/events";
import type { Product, Variant } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { useTitle } from "@/lib/useTitle";
import { Breadcrumbs } from "@/ui/Breadcrumbs";
import { ButtonLink } from "@/ui/Button";
import { useCategoryName } from "@/ui/CategoryName";
import { colourOf } from "@/ui/Picture";
import { Price } from "@/ui/Price";
import { ProductGrid } from "@/ui/ProductGrid";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useEffect, useState } from "react";
import { Link } from "@/ui/Link";
import { useParams } from "react-router";
import { Buy } from "./Buy";
import { Gallery } from "./Gallery";
import { Options } from "./Options";
import { chosen, initialChoice } from "./variants";

export default function ProductPage() {
  const { slug = "" } = useParams();
  const product = useProduct(slug);
  const { t } = useI18n();
  if (product.data) return <Details key={product.data.productId} product={product.data} />;
  if (product.isPending) return <DetailsSkeleton />;
  return (
    <div className="wrap">
      {isProblem(product.error, "product_not_found") ? (
        <Empty page title={t("product.gone")} text={t("product.gone.text")}>
          <ButtonLink to="/products">{t("grid.all")}</ButtonLink>
        </Empty>
      ) : (
        <Failed page error={product.error} retry={() => void product.refetch()} />
      )}
    </div>
  );
}

function Details({ product }: { product: Product }) {
  const { t } = useI18n();
  const nameOf = useCategoryName();
  const [choice, setChoice] = useState(() => initialChoice(product));
  const variant = chosen(product, choice);
  useTitle(product.name);
  useEffect(() => count("view", product.productId), [product.productId]);
  const category = nameOf(product.category, product.categoryName);
  return (
    <div className="wrap">
      <div className="py-6">
        <Breadcrumbs trail={[{ name: t("home.name"), to: "/" }, ...(product.category ? [{ name: category, to: `/categories/${product.category}` }] : []), { name: product.name }]} />
      </div>
      <div className="grid gap-8 md:grid-cols-2 lg:grid-cols-[1.15fr_1fr] lg:gap-16">
        <Gallery product={product} variant={variant} colour={colourOf(choice)} />
        <div className="grid content-start gap-6 md:sticky md:top-24 md:self-start">
          <div className="grid gap-2">
            {product.brand && <p className="font-semibold text-muted">{product.brand}</p>}
            <h1 className="text-4xl lg:text-5xl">{product.name}</h1>
            <Price
              amount={variant?.price ?? product.price}
              compareAt={variant?.compareAt}
              currency={product.currency}
              from={!variant && product.variants.some((one) => one.price !== product.price)}
              className="mt-1 text-2xl"
            />
          </div>
          <Options product={product} choice={choice} onChoose={setChoice} />
          <Buy product={product} variant={variant} />
          <p className="border-t border-line pt-6 text-lg leading-relaxed whitespace-pre-line">{product.description}</p>
          <Facts product={product} variant={variant} />
          <SoldBy vendorId={product.vendorId} />
        </div>
      </div>
      <Related product={product} />
    </div>
  );
}

function Facts({ product, variant }: { product: Product; variant: Variant | undefined }) {
  const { t, number } = useI18n();
  const facts: [string, string][] = Object.entries(product.attributes);
  if (variant?.weightGrams) facts.push([t("product.weight"), t("product.grams", { grams: number(variant.weightGrams) })]);
  if (variant?.sku) facts.push([t("product.sku"), variant.sku]);
  if (facts.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted first-letter:uppercase">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function SoldBy({ vendorId }: { vendorId: string }) {
  const { t } = useI18n();
  const seller = useSeller(vendorId).data;
  if (!seller) return null;
  return (
    <p className="text-sm text-muted">
      {t("seller.by")}{" "}
      <Link to={`/sellers/${seller.slug}`} className="font-semibold text-ink underline underline-offset-4">
        {seller.shopName}
      </Link>
    </p>
  );
}

function Related({ product }: { product: Product }) {
  const { t } = useI18n();
  const others = useProducts({ category: product.category || undefined, limit: 5 });
  const shown = others.data?.pages[0]?.body.filter((one) => one.productId !== product.productId).slice(0, 4) ?? [];
  if (shown.length === 0) return null;
  return (
    <section className="pt-20" aria-labelledby="related">
      <h2 id="related" className="mb-6 text-3xl">
        {t("product.related")}
      </h2>
      <ProductGrid products={shown} shelf />
    </section>
  );
}

function DetailsSkeleton() {
  return (
    <Loading className="wrap grid gap-8 pt-18 md:grid-cols-2 lg:grid-cols-[1.15fr_1fr] lg:gap-16">
      <Skeleton className="aspect-square rounded-card" />
      <div className="grid content-start gap-4">
        <Skeleton className="h-5 w-24" />
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-8 w-32" />
        <Skeleton className="h-32 w-full" />
        <Skeleton className="h-14 w-full rounded-full" />
      </div>
    </Loading>
  );
}
