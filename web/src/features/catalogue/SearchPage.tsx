import { useSearch } from "@/api/catalogue/searchProducts";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { ProductGrid, ProductGridSkeleton } from "@/ui/ProductGrid";
import { Empty, Failed } from "@/ui/States";
import { useSearchParams } from "react-router";

export default function SearchPage() {
  const { t } = useI18n();
  const q = useSearchParams()[0].get("q") ?? "";
  const found = useSearch(q);
  const title = t("search.title", { q });
  useTitle(title);
  return (
    <div className="wrap">
      <h1 className="py-8 text-4xl">{title}</h1>
      {found.data && found.data.length > 0 && <ProductGrid products={found.data} />}
      {found.isLoading && <ProductGridSkeleton />}
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {(found.data?.length === 0 || !q) && (
        <Empty icon="search" title={t("search.empty")} text={t("search.empty.text")}>
          <ButtonLink to="/products">{t("grid.all")}</ButtonLink>
        </Empty>
      )}
    </div>
  );
}
