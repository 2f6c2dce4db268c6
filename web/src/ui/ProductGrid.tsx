import type { Product } from "@/api/types";
import { ProductCard, ProductCardSkeleton } from "./ProductCard";
import { Loading } from "./States";

// How many stand beside each other, and how wide their pictures are by that.
const COLUMNS = "grid grid-cols-1 gap-x-6 gap-y-10 md:grid-cols-3 xl:grid-cols-4";
const COLUMN_SIZES = "(min-width: 80rem) 18rem, (min-width: 48rem) 31vw, 92vw";
/** A few products within another page: two beside each other on a phone. */
const SHELF = "grid grid-cols-2 gap-x-4 gap-y-8 md:gap-x-6 md:grid-cols-4";
const SHELF_SIZES = "(min-width: 80rem) 18rem, (min-width: 48rem) 23vw, 46vw";

export function ProductGrid({ products, shelf = false }: { products: readonly Product[]; shelf?: boolean }) {
  return (
    <ul className={shelf ? SHELF : COLUMNS}>
      {products.map((product, index) => (
        <li key={product.productId} className="rise" style={{ animationDelay: `${(index % 8) * 40}ms` }}>
          <ProductCard product={product} eager={index < 4} sizes={shelf ? SHELF_SIZES : COLUMN_SIZES} />
        </li>
      ))}
    </ul>
  );
}

export function ProductGridSkeleton({ count = 8, shelf = false }: { count?: number; shelf?: boolean }) {
  return (
    <Loading className={shelf ? SHELF : COLUMNS}>
      {Array.from({ length: count }, (_, index) => (
        <ProductCardSkeleton key={index} />
      ))}
    </Loading>
  );
}
