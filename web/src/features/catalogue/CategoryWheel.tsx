import { useCategories } from "@/api/catalogue/listCategories";
import { useI18n } from "@/lib/i18n/i18n";
import { ProductArt, tintOf } from "@/ui/art/ProductArt";
import { CategoryName } from "@/ui/CategoryName";
import { Mark } from "@/ui/Logo";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";

// What stands for a category until the shop says more about it.
const SHOWN: Readonly<Record<string, { name: string; colour: string }>> = {
  electronics: { name: "Wireless Headphones", colour: "Fjord" },
  clothing: { name: "Rain Jacket", colour: "Ochre" },
  books: { name: "Good Books", colour: "Navy" },
  home: { name: "Plant Pot", colour: "Terracotta" },
};

const LABELS = ["top-[5%] left-0 sm:left-[7%]", "top-[5%] right-0 sm:right-[7%]", "bottom-[5%] left-0 sm:left-[7%]", "bottom-[5%] right-0 sm:right-[7%]"];
// Drawings stand near the hub, where the quarter is widest.
const PLACES = ["translate-x-[7%] translate-y-[6%]", "-translate-x-[7%] translate-y-[6%]", "translate-x-[7%] -translate-y-[4%]", "-translate-x-[7%] -translate-y-[4%]"];
const CORNERS = ["rounded-tl-full", "rounded-tr-full", "rounded-bl-full", "rounded-br-full"];

/** The shop's four doors, as the four quarters of a wheel that rolls in. */
export function CategoryWheel() {
  const { t } = useI18n();
  const categories = useCategories();
  const four = (categories.data ?? []).slice(0, 4);
  return (
    <nav aria-label={t("categories")} className="relative mx-auto aspect-square w-full max-w-[34rem]">
      {categories.isPending && <span className="skeleton absolute inset-0 rounded-full!" aria-hidden="true" />}
      {four.length > 0 && (
        <ul className="wheel grid size-full grid-cols-2 gap-2">
          {four.map((entry, index) => {
            const sample = SHOWN[entry.category] ?? { name: entry.name, colour: "Navy" };
            return (
              <li key={entry.category} className="zoom-on-hover relative">
                <Link to={`/categories/${entry.category}`} className="group absolute inset-0 focus-visible:rounded-3xl">
                  <span className={cx("block size-full overflow-hidden", CORNERS[index])} style={{ background: `var(--${tintOf(entry.category)})` }}>
                    <span className={cx("wheel-upright block size-full", PLACES[index])}>
                      <ProductArt name={sample.name} category={entry.category} colour={sample.colour} className="size-full scale-90 overflow-visible" />
                    </span>
                  </span>
                  <span className={cx("wheel-upright absolute rounded-full bg-surface px-3 py-1.5 text-sm font-bold sm:px-4 sm:py-2 shadow-lift transition-colors group-hover:bg-ink group-hover:text-ground", LABELS[index])}>
                    <CategoryName {...entry} />
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      <span className="pointer-events-none absolute inset-0 m-auto grid size-[22%] place-items-center rounded-full bg-ground">
        <Mark className="size-[62%]" />
      </span>
    </nav>
  );
}
