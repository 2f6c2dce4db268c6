import type { Product, Variant } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { Picture } from "@/ui/Picture";
import { lazy, Suspense, useState } from "react";

const Sheet = lazy(() => import("@/ui/Sheet"));
const DRAWN_VIEWS = [0, 1, 2];

interface Shot {
  url: string;
  alt: string;
  view: number;
}

interface Props {
  product: Product;
  variant: Variant | undefined;
  colour: string | undefined;
}

/** A large picture that opens larger, and the others below. The chosen variant's own comes first. */
export function Gallery({ product, variant, colour }: Props) {
  const { t } = useI18n();
  const [at, go] = useState(0);
  const [zoom, setZoom] = useState<"never" | "open" | "closed">("never");
  const shots = shotsOf(product, variant);
  const index = at < shots.length ? at : 0;
  const shot = shots[index] ?? { url: "", alt: "", view: 0 };
  const picture = (one: Shot, className: string, alt = "") => (
    <Picture url={one.url} alt={alt} name={product.name} category={product.category} {...{ colour, className }} view={one.view} eager />
  );
  return (
    <div className="grid content-start gap-3">
      <button
        type="button"
        aria-label={t("gallery.zoom", { name: product.name })}
        className="group relative cursor-zoom-in overflow-hidden rounded-card focus-visible:rounded-card"
        onClick={() => setZoom("open")}
      >
        {picture(shot, "aspect-square w-full", shot.alt || product.name)}
        <span className="absolute right-4 bottom-4 grid size-11 place-items-center rounded-full bg-surface shadow-lift">
          <Icon name="zoom" />
        </span>
      </button>
      {shots.length > 1 && (
        <ul className="grid grid-cols-5 gap-3">
          {shots.map((one, position) => (
            <li key={one.url || one.view}>
              <button
                type="button"
                aria-label={t("gallery.show", { number: position + 1, count: shots.length })}
                aria-pressed={position === index}
                className={cx("block w-full overflow-hidden rounded-xl border-2", position === index ? "border-ink" : "border-transparent hover:border-edge")}
                onClick={() => go(position)}
              >
                {picture(one, "aspect-square w-full")}
              </button>
            </li>
          ))}
        </ul>
      )}
      {zoom !== "never" && (
        <Suspense>
          <Sheet title={product.name} side="full" open={zoom === "open"} onClose={() => setZoom("closed")}>
            {picture(shot, "min-h-0 w-full grow rounded-2xl object-contain", shot.alt || product.name)}
          </Sheet>
        </Suspense>
      )}
    </div>
  );
}

function shotsOf(product: Product, variant: Variant | undefined): Shot[] {
  const urls = product.images.map((image) => ({ url: image.url, alt: image.alt ?? "", view: 0 }));
  if (variant?.imageUrl) urls.unshift({ url: variant.imageUrl, alt: "", view: 0 });
  const different = urls.filter((shot, index) => urls.findIndex((other) => other.url === shot.url) === index);
  return different.length > 0 ? different : DRAWN_VIEWS.map((view) => ({ url: "", alt: "", view }));
}
