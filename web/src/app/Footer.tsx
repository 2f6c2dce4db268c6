import { useCategories } from "@/api/catalogue/listCategories";
import { useI18n } from "@/lib/i18n/i18n";
import { CategoryName } from "@/ui/CategoryName";
import { Logo } from "@/ui/Logo";
import { Spokes } from "@/ui/Spokes";
import { Link } from "@/ui/Link";
import { LanguageSwitch, ThemeChoice } from "./Preferences";

export function Footer() {
  const { t } = useI18n();
  const categories = useCategories();
  const link = "inline-block py-1 underline-offset-4 hover:underline";
  return (
    <footer className="relative overflow-hidden border-t border-line bg-surface">
      <Spokes className="absolute -right-24 -bottom-56 size-[34rem] text-line" />
      <div className="wrap relative grid grid-cols-2 gap-x-6 gap-y-10 py-14 lg:grid-cols-4">
        <div className="col-span-2 grid content-start gap-3 lg:col-span-1">
          <Logo />
          <p className="max-w-60 text-muted">{t("footer.claim")}</p>
        </div>
        <nav aria-labelledby="footer-shop">
          <h2 id="footer-shop" className="mb-2 text-base">
            {t("footer.shop")}
          </h2>
          <ul>
            <li>
              <Link to="/products" className={link}>
                {t("grid.all")}
              </Link>
            </li>
            {(categories.data ?? []).map((entry) => (
              <li key={entry.category}>
                <Link to={`/categories/${entry.category}`} className={link}>
                  <CategoryName {...entry} />
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <nav aria-labelledby="footer-you">
          <h2 id="footer-you" className="mb-2 text-base">
            {t("footer.you")}
          </h2>
          <ul>
            {(
              [
                ["/orders", "orders.title"],
                ["/account", "account.link"],
                ["/cart", "cart.title"],
                ["/vendor", "footer.sell"],
              ] as const
            ).map(([to, key]) => (
              <li key={to}>
                <Link to={to} className={link}>
                  {t(key)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="col-span-2 grid content-start justify-items-start gap-3 lg:col-span-1">
          <h2 className="text-base">{t("footer.look")}</h2>
          <LanguageSwitch />
          <ThemeChoice />
        </div>
      </div>
    </footer>
  );
}
