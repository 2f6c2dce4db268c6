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

const LABELS = ["top-[13%] left-[19%]", "top-[13%] right-[19%]", "bottom-[13%] left-[19%]", "bottom-[13%] right-[19%]"];
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
              <li key={entry.category} className={cx("zoom-on-hover relative overflow-hidden", CORNERS[index])} style={{ background: `var(--${tintOf(entry.category)})` }}>
                <Link to={`/categories/${entry.category}`} className="group absolute inset-0 focus-visible:outline-offset-[-6px]">
                  <span className={cx("wheel-upright block size-full", index < 2 ? "pt-[6%]" : "pb-[4%]")}>
                    <ProductArt name={sample.name} category={entry.category} colour={sample.colour} className="size-full" />
                  </span>
                  <span className={cx("wheel-upright absolute rounded-full bg-surface px-3.5 py-1.5 text-sm font-bold shadow-lift group-hover:bg-ink group-hover:text-ground", LABELS[index])}>
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
