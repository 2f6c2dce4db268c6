import { useProducts } from "@/api/catalogue/listProducts";
import { useTrending } from "@/api/catalogue/listTrending";
import { useShippingMethods } from "@/api/orders/listShippingMethods";
import type { Sort } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { ProductGrid, ProductGridSkeleton } from "@/ui/ProductGrid";
import { Spokes } from "@/ui/Spokes";
import { Failed } from "@/ui/States";
import { Link } from "@/ui/Link";
import { CategoryWheel } from "./CategoryWheel";

export default function HomePage() {
  const { t } = useI18n();
  useTitle(t("home.title"));
  return (
    <>
      <section className="relative overflow-hidden">
        <Spokes className="absolute -top-24 -right-[30rem] size-[70rem] text-line opacity-60 lg:-right-72" />
        <div className="wrap relative grid items-center gap-10 py-10 md:grid-cols-[1fr_1.05fr] md:py-16">
          <div className="grid justify-items-start gap-6">
            <h1 className="text-[clamp(3rem,7.5vw,5.6rem)] leading-[.95] font-extrabold">{t("home.claim")}</h1>
            <p className="max-w-md text-lg text-muted">{t("home.lead")}</p>
            <div className="flex flex-wrap gap-3">
              <ButtonLink to="/products" size="large">
                {t("home.action")}
                <Icon name="right" />
              </ButtonLink>
            </div>
          </div>
          <CategoryWheel />
        </div>
      </section>
      <Promises />
      <Shelf title={t("home.new")} sort="newest" count={8} />
      <Trending />
      <Shelf title={t("home.small")} sort="price" count={4} />
    </>
  );
}

function Shelf({ title, sort, count }: { title: string; sort: Sort; count: number }) {
  const { t } = useI18n();
  const products = useProducts({ sort, limit: count });
  const shown = products.data?.pages[0]?.body;
  return (
    <section className="wrap pt-16" aria-label={title}>
      <div className="mb-6 flex items-end justify-between gap-4">
        <h2 className="text-3xl md:text-4xl">{title}</h2>
        <Link to={`/products?sort=${sort}`} className="flex min-h-11 shrink-0 items-center gap-1 font-semibold text-brand underline-offset-4 hover:underline">
          {t("home.all")}
          <Icon name="right" className="size-4" />
        </Link>
      </div>
      {shown && <ProductGrid products={shown} shelf />}
      {products.isPending && <ProductGridSkeleton count={count} shelf />}
      {products.isError && <Failed error={products.error} retry={() => void products.refetch()} />}
    </section>
  );
}

/** What many look at, once there is enough of it. */
function Trending() {
  const { t } = useI18n();
  const trending = useTrending(4).data ?? [];
  if (trending.length < 4) return null;
  return (
    <section className="wrap pt-16" aria-label={t("home.trending")}>
      <h2 className="mb-6 text-3xl md:text-4xl">{t("home.trending")}</h2>
      <ProductGrid products={trending} shelf />
    </section>
  );
}

/** What the shop really does: nothing here is a promise that the software does not keep. */
function Promises() {
  const { t } = useI18n();
  const free = useShippingMethods().data?.some((method) => method.price === 0);
  const promises: readonly (readonly [IconName, string, string])[] = [
    ["truck", t(free ? "promise.free" : "promise.quick"), t("promise.shipping.text")],
    ["user", t("promise.guest"), t("promise.guest.text")],
    ["undo", t("promise.cancel"), t("promise.cancel.text")],
  ];
  return (
    <section className="wrap" aria-label={t("promise.label")}>
      <ul className="grid gap-px overflow-hidden rounded-card border border-line bg-line md:grid-cols-3">
        {promises.map(([icon, title, text]) => (
          <li key={icon} className="flex items-center gap-4 bg-surface p-5">
            <span className="grid size-12 shrink-0 place-items-center rounded-full bg-butter">
              <Icon name={icon} className="size-6" />
            </span>
            <span>
              <strong className="block">{title}</strong>
              <span className="text-sm text-muted">{text}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
