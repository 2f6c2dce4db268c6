import { useCategories } from "@/api/catalogue/listCategories";
import { type ProductFilter, useProducts } from "@/api/catalogue/listProducts";
import type { Sort } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Breadcrumbs } from "@/ui/Breadcrumbs";
import { ButtonLink } from "@/ui/Button";
import { useCategoryName } from "@/ui/CategoryName";
import { MoreButton } from "@/ui/MoreButton";
import { ProductGrid, ProductGridSkeleton } from "@/ui/ProductGrid";
import { Empty, Failed } from "@/ui/States";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";
import { useParams, useSearchParams } from "react-router";

const SORTS: readonly Sort[] = ["newest", "price", "-price", "name"];

export default function GridPage() {
  const { t } = useI18n();
  const { category } = useParams();
  const [params, setParams] = useSearchParams();
  const nameOf = useCategoryName();
  const categories = useCategories();
  const sort = SORTS.find((known) => known === params.get("sort")) ?? "newest";
  const known = categories.data?.find((entry) => entry.category === category);
  const title = category ? nameOf(category, known?.name ?? category) : t("grid.all");
  useTitle(title);

  return (
    <div className="wrap">
      <div className="grid gap-3 py-8">
        <Breadcrumbs trail={[{ name: t("home.name"), to: "/" }, ...(category ? [{ name: t("grid.all"), to: "/products" }] : []), { name: title }]} />
        <div className="flex flex-wrap items-end justify-between gap-4">
          <h1 className="text-4xl md:text-5xl">{title}</h1>
          <label className="flex items-center gap-2 text-sm font-semibold">
            {t("grid.sort")}
            <select
              className="field w-auto py-1.5"
              value={sort}
              onChange={(event) => setParams({ sort: event.target.value }, { replace: true, preventScrollReset: true })}
            >
              {SORTS.map((key) => (
                <option key={key} value={key}>
                  {t(`grid.sort.${key}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <CategoryChips current={category} />
      </div>
      <Results filter={{ category, sort }} />
    </div>
  );
}

function Results({ filter }: { filter: ProductFilter }) {
  const { t } = useI18n();
  const products = useProducts(filter);
  const shown = products.data?.pages.flatMap((page) => page.body);
  return (
    <>
      {shown && shown.length > 0 && <ProductGrid products={shown} />}
      {products.isPending && <ProductGridSkeleton />}
      {products.isError && <Failed error={products.error} retry={() => void products.refetch()} />}
      {shown?.length === 0 && (
        <Empty title={t("grid.empty")} text={t("grid.empty.text")}>
          <ButtonLink to="/products">{t("grid.all")}</ButtonLink>
        </Empty>
      )}
      {products.isFetchingNextPage && (
        <div className="mt-10">
          <ProductGridSkeleton count={4} />
        </div>
      )}
      <MoreButton list={products} />
      <p role="status" className="sr-only">
        {shown && t("grid.count", { count: shown.length })}
      </p>
    </>
  );
}

function CategoryChips({ current }: { current: string | undefined }) {
  const { t } = useI18n();
  const nameOf = useCategoryName();
  const categories = useCategories();
  const chip = (active: boolean) =>
    cx(
      "inline-flex min-h-11 items-center rounded-full border-[1.5px] px-4 font-medium",
      active ? "border-ink bg-ink text-ground" : "border-line bg-surface hover:border-edge",
    );
  return (
    <nav aria-label={t("categories")} className="-mx-4 min-h-12 overflow-x-auto px-4 py-0.5">
      <ul className="flex gap-2 whitespace-nowrap">
        <li>
          <Link to="/products" aria-current={current ? undefined : "page"} className={chip(!current)}>
            {t("grid.all.short")}
          </Link>
        </li>
        {(categories.data ?? []).map((entry) => (
          <li key={entry.category}>
            <Link to={`/categories/${entry.category}`} aria-current={entry.category === current ? "page" : undefined} className={chip(entry.category === current)}>
              {nameOf(entry.category, entry.name)} <span className="ml-1.5 text-sm opacity-75">{entry.products}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
