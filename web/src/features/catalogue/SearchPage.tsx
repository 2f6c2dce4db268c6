import { useSearch } from "@/api/catalogue/searchProducts";
import { count } from "@/api/events";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { MoreButton } from "@/ui/MoreButton";
import { ProductGrid, ProductGridSkeleton } from "@/ui/ProductGrid";
import { Empty, Failed } from "@/ui/States";
import { useEffect } from "react";
import { useSearchParams } from "react-router";

export default function SearchPage() {
  const { t } = useI18n();
  const q = (useSearchParams()[0].get("q") ?? "").trim();
  const title = q ? t("search.title", { q }) : t("search.label");
  useTitle(title);
  return (
    <div className="wrap">
      <h1 className="py-8 text-3xl md:text-5xl">{title}</h1>
      {q ? <Results q={q} /> : <Nothing text={t("search.begin")} />}
    </div>
  );
}

function Results({ q }: { q: string }) {
  const { t } = useI18n();
  const found = useSearch(q);
  useEffect(() => count("search"), [q]);
  const shown = found.data?.pages.flatMap((page) => page.body);
  return (
    <>
      {shown && shown.length > 0 && (
        <div className={cx("transition-opacity", found.isPlaceholderData && "opacity-50")}>
          <ProductGrid products={shown} />
        </div>
      )}
      {found.isPending && <ProductGridSkeleton />}
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {shown?.length === 0 && !found.isPlaceholderData && <Nothing title={t("search.empty")} text={t("search.empty.text")} />}
      <MoreButton list={found} />
      <p role="status" className="sr-only">
        {shown && !found.isPlaceholderData && t("grid.count", { count: shown.length })}
      </p>
    </>
  );
}

function Nothing({ title, text }: { title?: string; text: string }) {
  const { t } = useI18n();
  return (
    <Empty icon="search" title={title ?? t("search.label")} text={text}>
      <ButtonLink to="/products">{t("grid.all")}</ButtonLink>
    </Empty>
  );
}
