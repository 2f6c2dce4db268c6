import { useSeller } from "@/api/catalogue/getSeller";
import { useShelf } from "@/api/catalogue/listShelf";
import type { Seller } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { MoreButton } from "@/ui/MoreButton";
import { ProductGrid, ProductGridSkeleton } from "@/ui/ProductGrid";
import { Spokes } from "@/ui/Spokes";
import { Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useParams } from "react-router";

/** Somebody who sells here, and what they sell. */
export default function SellerPage() {
  const { seller = "" } = useParams();
  const { t } = useI18n();
  const found = useSeller(seller);
  useTitle(found.data?.shopName ?? t("seller.gone"));
  if (found.data) return <Shop seller={found.data} />;
  if (found.isPending) {
    return (
      <Loading className="wrap grid gap-8 py-8">
        <Skeleton className="h-52 rounded-card" />
        <Skeleton className="h-80" />
      </Loading>
    );
  }
  return (
    <div className="wrap">
      {found.isError ? (
        <Failed page error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Empty page title={t("seller.gone")} text={t("seller.gone.text")}>
          <ButtonLink to="/products">{t("grid.all")}</ButtonLink>
        </Empty>
      )}
    </div>
  );
}

function Shop({ seller }: { seller: Seller }) {
  const { t, date } = useI18n();
  const shelf = useShelf(seller.vendorId);
  const shown = shelf.data?.pages.flatMap((page) => page.body);
  return (
    <div className="wrap pt-8">
      <header className="relative mb-10 flex flex-wrap items-center gap-6 overflow-hidden rounded-card bg-lilac p-6 sm:p-10">
        <Spokes className="absolute -right-24 -bottom-40 size-96 opacity-10" />
        <span className="relative grid size-24 shrink-0 place-items-center overflow-hidden rounded-full bg-surface font-display text-4xl font-extrabold sm:size-32">
          {seller.logoUrl ? <img src={seller.logoUrl} alt="" className="size-full object-cover" width="128" height="128" /> : seller.shopName.slice(0, 1)}
        </span>
        <div className="relative grid max-w-2xl gap-2">
          <h1 className="text-4xl md:text-5xl">{seller.shopName}</h1>
          <p className="whitespace-pre-line">{seller.description}</p>
          <p className="text-sm">{t("seller.since", { date: date(seller.since) })}</p>
        </div>
      </header>
      {shown && shown.length > 0 && <ProductGrid products={shown} />}
      {shelf.isPending && <ProductGridSkeleton />}
      {shelf.isError && <Failed error={shelf.error} retry={() => void shelf.refetch()} />}
      {shown?.length === 0 && <Empty title={t("grid.empty")} text={t("grid.empty.text")} />}
      <MoreButton list={shelf} />
    </div>
  );
}
