import { cx } from "@/lib/cx";
import { type CSSProperties, lazy, Suspense, useState } from "react";

const ProductArt = lazy(() => import("./art/ProductArt"));

/** A photograph as the shop tells of it: its address and, where it was made in several sizes, all of these. */
export interface Photo {
  url: string;
  alt?: string;
  /** What a browser may choose from, the best format first, as in `<source>`. */
  sources?: readonly { type: string; srcset: string }[];
  /** A tiny picture as a data: address, shown until the large one is there. */
  placeholder?: string;
  width?: number | null;
  height?: number | null;
}

interface Props {
  photo: Photo | string | null | undefined;
  name: string;
  alt?: string;
  category?: string;
  colour?: string | undefined;
  view?: number;
  className?: string;
  /** How wide it is shown, as in `sizes`: the browser picks a file by it. */
  sizes?: string;
  /** The first pictures of a page are wanted at once. */
  eager?: boolean;
}

/** A product's photograph, or its drawn picture where there is none or where it cannot be loaded. */
export function Picture({ photo, ...rest }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const told: Photo | null | undefined = typeof photo === "string" ? { url: photo } : photo;
  if (!told?.url || broken === told.url) return <Drawn {...rest} />;
  return <Photograph key={told.url} photo={told} onBroken={() => setBroken(told.url)} {...rest} />;
}

function Drawn({ name, alt, category, colour, view, className }: Omit<Props, "photo">) {
  return (
    <span className={cx("block overflow-hidden bg-sunken", className)} {...(alt ? { role: "img", "aria-label": alt } : {})}>
      <Suspense>
        <ProductArt name={name} className="size-full" {...{ category, colour, view }} />
      </Suspense>
    </span>
  );
}

function Photograph({ photo, alt = "", className, sizes, eager = false, onBroken }: Props & { photo: Photo; onBroken: () => void }) {
  const [loaded, setLoaded] = useState(false);
  const waiting: CSSProperties | undefined = photo.placeholder && !loaded ? { background: `url("${photo.placeholder}") center / cover` } : undefined;
  return (
    <picture className="contents [&>source]:hidden">
      {photo.sources?.map((source) => <source key={source.type} type={source.type} srcSet={source.srcset} sizes={sizes} />)}
      <img
        src={photo.url}
        alt={alt}
        className={cx("object-cover", className)}
        style={waiting}
        loading={eager ? "eager" : "lazy"}
        fetchPriority={eager ? "high" : "auto"}
        decoding="async"
        width={photo.width ?? 800}
        height={photo.height ?? 800}
        onLoad={() => setLoaded(true)}
        onError={onBroken}
      />
    </picture>
  );
}

/** The value of a product's colour, whatever the shop calls that option. */
export function colourOf(options: Readonly<Record<string, string>>): string | undefined {
  const name = Object.keys(options).find((key) => /colou?r|farbe|glaze/i.test(key));
  return name ? options[name] : undefined;
}
