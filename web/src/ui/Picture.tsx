import { cx } from "@/lib/cx";
import { useState } from "react";
import { ProductArt } from "./art/ProductArt";

interface Props {
  url: string | null | undefined;
  name: string;
  alt?: string;
  category?: string;
  colour?: string | undefined;
  view?: number;
  className?: string;
  /** The first pictures of a page are wanted at once. */
  eager?: boolean;
}

/** A product's photograph, or its drawn picture where there is none or where it cannot be loaded. */
export function Picture({ url, name, alt = "", category, colour, view, className, eager = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  if (!url || broken === url) {
    return (
      <span className={cx("block overflow-hidden", className)} {...(alt ? { role: "img", "aria-label": alt } : {})}>
        <ProductArt name={name} className="size-full" {...{ category, colour, view }} />
      </span>
    );
  }
  return (
    <img
      src={url}
      alt={alt}
      className={cx("object-cover", className)}
      loading={eager ? "eager" : "lazy"}
      fetchPriority={eager ? "high" : "auto"}
      decoding="async"
      width={800}
      height={800}
      onError={() => setBroken(url)}
    />
  );
}

/** The value of a product's colour, whatever the shop calls that option. */
export function colourOf(options: Readonly<Record<string, string>>): string | undefined {
  const name = Object.keys(options).find((key) => /colou?r|farbe|glaze/i.test(key));
  return name ? options[name] : undefined;
}
