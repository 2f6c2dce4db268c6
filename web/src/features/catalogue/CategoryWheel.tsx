import { useCategories } from "@/api/catalogue/listCategories";
import { useI18n } from "@/lib/i18n/i18n";
import drawings from "@/ui/art/art.svg?url";
import { CategoryName } from "@/ui/CategoryName";
import { Mark } from "@/ui/Logo";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";
import type { CSSProperties } from "react";

// What stands for a category: a drawing of art.svg, its colour and what it stands on.
const SHOWN: Readonly<Record<string, readonly [drawing: string, colour: string, tint: string]>> = {
  electronics: ["headphones", "#3f7f99", "sky"],
  clothing: ["jacket", "#d29a2c", "rose"],
  books: ["book-3", "#28396f", "butter"],
  home: ["pot", "#c8704d", "mint"],
};
const OTHER = ["vase", "#7c55bd", "lilac"] as const;

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
            const [drawing, colour, tint] = SHOWN[entry.category] ?? OTHER;
            return (
              <li key={entry.category} className="zoom-on-hover relative">
                <Link to={`/categories/${entry.category}`} className="group absolute inset-0 focus-visible:rounded-3xl">
                  <span className={cx("block size-full overflow-hidden", CORNERS[index])} style={{ background: `var(--${tint})` }}>
                    <span className={cx("wheel-upright block size-full", PLACES[index])}>
                      <svg viewBox="0 0 240 240" className="art size-full scale-90 overflow-visible" aria-hidden="true" style={{ "--a": colour } as CSSProperties}>
                        <circle cx="120" cy="120" r="92" fill={`var(--${tint}-2)`} />
                        <use href={`${drawings}#${drawing}`} />
                      </svg>
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
