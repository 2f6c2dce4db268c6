import type { Category } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { CategoryName } from "@/ui/CategoryName";
import Sheet from "@/ui/Sheet";
import { Link } from "@/ui/Link";
import { LanguageSwitch, ThemeChoice } from "./Preferences";

interface Props {
  open: boolean;
  onClose: () => void;
  categories: readonly Category[];
}

export default function MobileMenu({ open, onClose, categories }: Props) {
  const { t } = useI18n();
  const link = "block rounded-2xl px-3 py-3 font-display text-2xl font-bold hover:bg-sunken";
  return (
    <Sheet title={t("menu")} side="left" open={open} onClose={onClose}>
      <nav aria-label={t("menu")} onClick={(event) => event.target instanceof HTMLAnchorElement && onClose()}>
        <ul>
          <li>
            <Link to="/products" className={link}>
              {t("grid.all")}
            </Link>
          </li>
          {categories.map((entry) => (
            <li key={entry.category}>
              <Link to={`/categories/${entry.category}`} className={link}>
                <CategoryName {...entry} />
              </Link>
            </li>
          ))}
        </ul>
        <ul className="mt-4 border-t border-line pt-4">
          <li>
            <Link to="/orders" className="block rounded-2xl px-3 py-2.5 hover:bg-sunken">
              {t("orders.title")}
            </Link>
          </li>
          <li>
            <Link to="/account" className="block rounded-2xl px-3 py-2.5 hover:bg-sunken">
              {t("account.link")}
            </Link>
          </li>
        </ul>
      </nav>
      <div className="mt-auto grid justify-items-start gap-3 pt-8">
        <LanguageSwitch />
        <ThemeChoice />
      </div>
    </Sheet>
  );
}
