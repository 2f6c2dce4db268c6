import type { Product } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "./Link";
import { cx } from "@/lib/cx";
import { colourNamed } from "./colours";
import { colourOf, Picture } from "./Picture";
import { Price } from "./Price";
import { Badge, Skeleton } from "./States";

/** A product in a list: the whole card leads to it, its name is the link that is read out. */
export function ProductCard({ product, eager = false, sizes }: { product: Product; eager?: boolean; sizes?: string }) {
  const { t } = useI18n();
  const colours = [...new Set(product.variants.map((variant) => colourOf(variant.options)).filter((name) => name !== undefined))];
  const compareAt = product.variants[0]?.compareAt ?? null;
  const varies = product.variants.some((variant) => variant.price !== product.price);
  return (
    <article className="group zoom-on-hover relative grid content-start gap-3">
      <div className="relative overflow-hidden rounded-card bg-sunken">
        <Picture
          photo={product.images[0] ?? product.imageUrl}
          sizes={sizes}
          name={product.name}
          category={product.category}
          colour={colours[0]}
          eager={eager}
          className={cx("aspect-square w-full", product.stock === 0 && "opacity-60 saturate-50")}
        />
        <span className="absolute top-3 left-3 flex gap-2">
          {product.stock === 0 ? (
            <Badge>{t("stock.none")}</Badge>
          ) : (
            compareAt !== null && compareAt > product.price && <Badge tone="bad">{t("product.reduced")}</Badge>
          )}
        </span>
      </div>
      <div className="grid gap-0.5">
        <p className="flex min-h-5 items-center justify-between text-sm text-muted">
          {product.brand}
          {colours.length > 1 && <Swatches colours={colours} />}
        </p>
        <h3 className="font-sans text-base font-semibold tracking-normal">
          <Link to={`/products/${product.slug}`} className="after:absolute after:inset-0 after:rounded-card group-hover:underline underline-offset-4">
            {product.name}
          </Link>
        </h3>
        <Price amount={product.price} currency={product.currency} compareAt={compareAt} from={varies} />
      </div>
    </article>
  );
}

function Swatches({ colours }: { colours: readonly string[] }) {
  return (
    <span className="flex gap-1" aria-hidden="true">
      {colours.slice(0, 5).map((name) => (
        <span key={name} className="size-3.5 rounded-full border border-edge" style={{ background: colourNamed(name) ?? "var(--sunken)" }} />
      ))}
    </span>
  );
}

export function ProductCardSkeleton() {
  return (
    <div className="grid gap-3">
      <Skeleton className="aspect-square w-full rounded-card" />
      <Skeleton className="h-4 w-1/3" />
      <Skeleton className="h-5 w-3/4" />
      <Skeleton className="h-5 w-1/4" />
    </div>
  );
}
