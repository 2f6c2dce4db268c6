import { useShippingMethods } from "@/api/orders/listShippingMethods";
import type { Product } from "@/api/types";
import { useVendorProduct } from "@/api/vendor/getVendorProduct";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Breadcrumbs } from "@/ui/Breadcrumbs";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { useParams } from "react-router";
import { ProductForm } from "./ProductForm";

/** A new product, or one of one's own. */
export default function EditorPage() {
  const { t } = useI18n();
  const { productId = "" } = useParams();
  const product = useVendorProduct(productId);
  // The shop sells in one currency; a new product has not told it yet.
  const methods = useShippingMethods();
  const currency = product.data?.currency ?? methods.data?.[0]?.currency;
  const title = productId ? product.data?.name : t("vendor.product.new");
  useTitle(title);
  if (product.isError) return <Failed error={product.error} retry={() => void product.refetch()} />;
  if (methods.isError && !currency) return <Failed error={methods.error} retry={() => void methods.refetch()} />;
  if ((productId && !product.data) || !currency) {
    return (
      <Loading className="grid gap-4">
        <Skeleton className="h-10 w-64" />
        <Skeleton className="h-96 rounded-card" />
      </Loading>
    );
  }
  return (
    <>
      <Breadcrumbs trail={[{ name: t("vendor.products"), to: "/vendor/products" }, { name: title ?? "" }]} />
      <h2 className="mt-2 mb-6 text-3xl">{title}</h2>
      <ProductForm key={formKey(product.data)} product={product.data} currency={currency} />
    </>
  );
}

/** Another version is another form: what is typed builds upon what the shop has. */
function formKey(product: Product | undefined): string {
  return product ? `${product.productId}-${product.version}` : "new";
}
