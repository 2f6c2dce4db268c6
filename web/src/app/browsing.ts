// What shows the goods, as one file: who sees one of these pages will see the others.
export { default as Grid } from "@/features/catalogue/GridPage";
export { default as Home } from "@/features/catalogue/HomePage";
export { default as Product } from "@/features/product/ProductPage";
