import type { Product } from "@/api/types";
import { ProductCard, ProductCardSkeleton } from "./ProductCard";
import { Loading } from "./States";

const COLUMNS = "grid grid-cols-1 gap-x-6 gap-y-10 min-[480px]:grid-cols-2 md:grid-cols-3 xl:grid-cols-4";

export function ProductGrid({ products }: { products: readonly Product[] }) {
  return (
    <ul className={COLUMNS}>
      {products.map((product, index) => (
        <li key={product.productId} className="rise" style={{ animationDelay: `${(index % 8) * 40}ms` }}>
          <ProductCard product={product} eager={index < 4} />
        </li>
      ))}
    </ul>
  );
}

export function ProductGridSkeleton({ count = 8 }: { count?: number }) {
  return (
    <Loading className={COLUMNS}>
      {Array.from({ length: count }, (_, index) => (
        <ProductCardSkeleton key={index} />
      ))}
    </Loading>
  );
}
