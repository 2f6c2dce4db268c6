import { useI18n } from "@/lib/i18n/i18n";

/** A category in the customer's language, if the shop has a word for it; else as it is called. */
export function CategoryName({ category, name }: { category: string; name: string }) {
  return useCategoryName()(category, name);
}

export function useCategoryName(): (category: string, name: string) => string {
  const { maybe } = useI18n();
  return (category, name) => maybe(`category.${category}`) ?? name;
}
