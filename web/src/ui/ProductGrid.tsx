import type { Product } from "@/api/types";
import { ProductCard, ProductCardSkeleton } from "./ProductCard";
import { Loading } from "./States";

const COLUMNS = "grid grid-cols-1 gap-x-6 gap-y-10 md:grid-cols-3 xl:grid-cols-4";
/** A few products within another page: two beside each other on a phone. */
const SHELF = "grid grid-cols-2 gap-x-4 gap-y-8 md:gap-x-6 md:grid-cols-4";

export function ProductGrid({ products, shelf = false }: { products: readonly Product[]; shelf?: boolean }) {
  return (
    <ul className={shelf ? SHELF : COLUMNS}>
      {products.map((product, index) => (
        <li key={product.productId} className="rise" style={{ animationDelay: `${(index % 8) * 40}ms` }}>
          <ProductCard product={product} eager={index < 4} />
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
