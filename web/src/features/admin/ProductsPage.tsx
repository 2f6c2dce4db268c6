import { useAllProducts } from "@/api/admin/listAllProducts";
import type { Product } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { ButtonLink } from "@/ui/Button";
import { Link } from "@/ui/Link";
import { colourOf, Picture } from "@/ui/Picture";
import { Badge } from "@/ui/States";
import { Listing } from "./Listing";
import { PageHead } from "./PageHead";
import { VendorName } from "./VendorName";

export const TONES = { active: "good", draft: "warn", archived: "plain" } as const;

/** The products of all vendors, with what is left of them. */
export default function ProductsPage() {
  const { t } = useI18n();
  const products = useAllProducts();
  return (
    <>
      <PageHead title={t("admin.products")} text={t("admin.products.text")}>
        <ButtonLink to="/admin/imports" look="plain" size="small">
          {t("admin.products.import")}
        </ButtonLink>
      </PageHead>
      <Listing label={t("admin.products")} list={products} keyOf={(product) => product.productId} empty={{ title: t("admin.products.none"), text: t("admin.products.none.text") }}>
        {(product) => <Row product={product} />}
      </Listing>
    </>
  );
}

function Row({ product }: { product: Product }) {
  const { t, money, number } = useI18n();
  const [first] = product.variants;
  return (
    <div className="relative grid grid-cols-[3.5rem_minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 sm:grid-cols-[3.5rem_minmax(0,1fr)_6rem_7rem]">
      <Picture
        photo={product.images[0] ?? product.imageUrl}
        sizes="4rem"
        name={product.name}
        category={product.category}
        colour={first && colourOf(first.options)}
        className="size-14 rounded-lg"
      />
      <div className="min-w-0">
        <Link to={`/admin/products/${product.productId}`} className="line-clamp-2 font-semibold underline-offset-4 after:absolute after:inset-0 hover:underline">
          {product.name}
        </Link>
        <p className="truncate text-sm text-muted">
          <VendorName vendorId={product.vendorId} />
          {product.categoryName && ` · ${product.categoryName}`}
        </p>
      </div>
      <div className="text-right tabular-nums">
        <span className="font-semibold">{money(product.price, product.currency)}</span>
        <span className={cx("block text-sm", product.stock === 0 ? "font-semibold text-bad" : "text-muted")}>{t("admin.stock.left", { count: product.stock, units: number(product.stock) })}</span>
      </div>
      <div className="col-span-3 sm:col-span-1 sm:text-right">
        <Badge tone={TONES[product.status]}>{t(`admin.product.${product.status}`)}</Badge>
      </div>
    </div>
  );
}
