import type { Product, Variant } from "@/api/types";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { type Photo, Picture } from "@/ui/Picture";
import { lazy, Suspense, useState } from "react";

const Lightbox = lazy(() => import("./Lightbox"));
const DRAWN_VIEWS = [0, 1, 2];

/** One picture of a product: a photograph, or a view of its drawing. */
interface Shot {
  photo: Photo | null;
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
  function picture(which: number, className: string, sizes: string, said = true) {
    const { photo = null, view = 0 } = shots[which] ?? {};
    const alt = said ? photo?.alt || product.name : "";
    return <Picture name={product.name} category={product.category} {...{ photo, view, alt, colour, className, sizes }} eager={which === index} />;
  }
  return (
    <div className="grid content-start gap-3">
      <button
        type="button"
        aria-label={t("gallery.zoom", { name: product.name })}
        className="group relative cursor-zoom-in overflow-hidden rounded-card bg-sunken focus-visible:rounded-card"
        onClick={() => setZoom("open")}
      >
        {picture(index, "aspect-square w-full", "(min-width: 48rem) 40rem, 92vw")}
        <span className="absolute right-4 bottom-4 grid size-11 place-items-center rounded-full bg-surface shadow-lift">
          <Icon name="zoom" />
        </span>
      </button>
      {shots.length > 1 && (
        <ul className="grid grid-cols-5 gap-3">
          {shots.map((shot, position) => (
            <li key={shot.photo?.url ?? shot.view}>
              <button
                type="button"
                aria-label={t("gallery.show", { number: position + 1, count: shots.length })}
                aria-pressed={position === index}
                className={cx("block w-full overflow-hidden rounded-xl border-2 bg-sunken", position === index ? "border-ink" : "border-transparent hover:border-edge")}
                onClick={() => go(position)}
              >
                {picture(position, "aspect-square w-full", "8rem", false)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {zoom !== "never" && (
        <Suspense>
          <Lightbox title={product.name} open={zoom === "open"} onClose={() => setZoom("closed")} count={shots.length} at={index} onGo={go}>
            {picture(index, "size-full", "250vmin")}
          </Lightbox>
        </Suspense>
      )}
    </div>
  );
}

function shotsOf(product: Product, variant: Variant | undefined): Shot[] {
  const photos: Photo[] = [...product.images];
  const own = variant?.imageUrl;
  if (own) photos.unshift(photos.find(({ url }) => url === own) ?? { url: own });
  const different = photos.filter((photo, index) => photos.findIndex(({ url }) => url === photo.url) === index);
  if (different.length === 0) return DRAWN_VIEWS.map((view) => ({ photo: null, view }));
  return different.map((photo) => ({ photo, view: 0 }));
}
