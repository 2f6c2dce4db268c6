import type { Product, Variant } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "@/ui/Link";
import { OptionText } from "@/ui/OptionText";
import { colourOf, Picture } from "@/ui/Picture";
import { Badge } from "@/ui/States";
import { useId } from "react";
import { typed } from "./numbers";
import type { BulkEdit } from "./useBulkEdit";

// A table in all but its elements, which would not become the two lines of a phone.
const COLUMNS = "grid grid-cols-[1fr_auto_auto] items-center gap-x-3 gap-y-1 sm:grid-cols-[1fr_7rem_7rem_8rem] sm:gap-x-6";

const TONES = { active: "good", draft: "warn", archived: "plain" } as const;

interface Props {
  products: readonly Product[];
  /** While prices and stocks are edited. */
  bulk: BulkEdit | null;
}

export function ProductTable({ products, bulk }: Props) {
  const { t } = useI18n();
  return (
    <div role="table" aria-label={t("vendor.products")} className="card divide-y divide-line px-4 sm:px-6">
      <div role="row" className={cx(COLUMNS, "py-3 text-sm font-semibold text-muted", bulk && "max-sm:grid-cols-[1fr_6rem_6rem]")}>
        <span role="columnheader">{t("vendor.product")}</span>
        <span role="columnheader" className="text-right">
          {t("vendor.price")}
        </span>
        <span role="columnheader" className="text-right">
          {t("vendor.units")}
        </span>
        <span role="columnheader" className="sr-only sm:not-sr-only">
          {t("vendor.status")}
        </span>
      </div>
      {products.map((product) => (
        <Rows key={product.productId} product={product} bulk={bulk} />
      ))}
    </div>
  );
}

function Rows({ product, bulk }: { product: Product; bulk: BulkEdit | null }) {
  const { t } = useI18n();
  const [only] = product.variants;
  const several = product.variants.length > 1;
  return (
    <div role="rowgroup" className="py-3">
      <div role="row" className={COLUMNS}>
        <Name product={product} wide={bulk !== null} />
        {bulk && <span aria-hidden="true" className="sm:hidden" />}
        {bulk && only && !several ? <Inputs product={product} variant={only} bulk={bulk} /> : <Amounts product={product} />}
        <span role="cell" className={cx("col-span-3 sm:col-span-1", (bulk || product.status === "active") && "sr-only sm:not-sr-only")}>
          <Badge tone={TONES[product.status]}>{t(`vendor.status.${product.status}`)}</Badge>
        </span>
      </div>
      {bulk &&
        several &&
        product.variants.map((variant) => (
          <div key={variant.variantId} role="row" className={cx(COLUMNS, "mt-2 pl-4 sm:pl-17")}>
            <span role="cell" className="min-w-0">
              <OptionText options={variant.options} />
              <span className="block truncate text-xs text-muted">{variant.sku}</span>
            </span>
            <Inputs product={product} variant={variant} bulk={bulk} />
            <span role="cell" className="hidden sm:block" />
          </div>
        ))}
    </div>
  );
}

/** What it is; on a phone with a line to itself while its amounts are edited. */
function Name({ product, wide }: { product: Product; wide: boolean }) {
  const { t } = useI18n();
  const [only, ...more] = product.variants;
  return (
    <span role="cell" className={cx("flex min-w-0 items-center gap-3", wide && "col-span-3 sm:col-span-1")}>
      <Picture
        photo={product.images[0] ?? product.imageUrl}
        sizes="4rem"
        name={product.name}
        category={product.category}
        colour={only && colourOf(only.options)}
        className="size-12 shrink-0 rounded-lg sm:size-14"
      />
      <span className="min-w-0">
        <Link to={`/vendor/products/${product.productId}`} className="line-clamp-2 font-semibold underline-offset-4 hover:underline">
          {product.name}
        </Link>
        <span className="block truncate text-sm text-muted">{more.length > 0 ? t("vendor.variants", { count: product.variants.length }) : only?.sku}</span>
      </span>
    </span>
  );
}

function Amounts({ product }: { product: Product }) {
  const { t, money, number } = useI18n();
  const price = money(product.price, product.currency);
  const differ = product.variants.some((variant) => variant.price !== product.price);
  return (
    <>
      <span role="cell" className="text-right tabular-nums">
        {differ ? t("price.from", { price }) : price}
      </span>
      <span role="cell" className={cx("min-w-12 text-right tabular-nums", product.stock === 0 && "font-bold text-bad")}>
        {number(product.stock)}
      </span>
    </>
  );
}

/** The two cells of a variant that are edited. */
function Inputs({ product, variant, bulk }: { product: Product; variant: Variant; bulk: BulkEdit }) {
  const { t } = useI18n();
  const id = useId();
  const cell = bulk.cell(variant.variantId);
  const name = [product.name, ...Object.values(variant.options)].join(" ");
  const input = (changed: boolean) => ({
    className: cx("field min-h-11! w-24 scroll-mb-32 text-right tabular-nums sm:w-full", changed && "border-ink! bg-warn-soft!"),
    "aria-invalid": Boolean(cell?.error),
    "aria-describedby": cell?.error ? id : undefined,
    autoComplete: "off",
  });
  return (
    <>
      <span role="cell">
        <input
          {...input(cell?.price !== undefined)}
          inputMode="decimal"
          aria-label={t("vendor.bulk.price", { name })}
          value={cell?.price ?? typed(variant.price, product.currency)}
          onChange={(event) => bulk.set(product, variant, { price: event.target.value })}
        />
      </span>
      <span role="cell">
        <input
          {...input(cell?.stock !== undefined)}
          inputMode="numeric"
          aria-label={t("vendor.bulk.stock", { name })}
          value={cell?.stock ?? String(variant.stock)}
          onChange={(event) => bulk.set(product, variant, { stock: event.target.value })}
        />
      </span>
      {cell?.error && (
        <span id={id} role="alert" className="order-last col-span-full text-sm font-medium text-bad">
          {cell.error}
        </span>
      )}
    </>
  );
}
