import { useMe } from "@/api/account/getMe";
import { useCart } from "@/api/cart/getCart";
import { useCategories } from "@/api/catalogue/listCategories";
import { capabilities } from "@/api/capabilities";
import { speakOf, useI18n } from "@/lib/i18n/i18n";
import { Icon } from "@/ui/Icon";
import { Logo } from "@/ui/Logo";
import { lazy, Suspense, useState } from "react";
import { Link, NavLink } from "@/ui/Link";
import { CategoryName } from "@/ui/CategoryName";
import { LanguageSwitch, ThemeButton } from "./Preferences";
import { SearchBar } from "./SearchBar";

const MobileMenu = lazy(() => import("./MobileMenu"));
const AccountMenu = lazy(async () => (await Promise.all([import("./AccountMenu"), speakOf("account")]))[0]);

const ICON_LINK = "relative grid size-11 place-items-center rounded-full hover:bg-sunken focus-visible:rounded-full";

export function Header() {
  const { t } = useI18n();
  const categories = useCategories();
  const [menu, setMenu] = useState<"closed" | "open" | "never">("never");
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-ground/90 backdrop-blur-md">
      <div className="wrap flex h-16 items-center gap-1 lg:gap-3">
        <button type="button" aria-label={t("menu.open")} aria-haspopup="dialog" className={`${ICON_LINK} -ml-2 lg:hidden`} onClick={() => setMenu("open")}>
          <Icon name="menu" className="size-6" />
        </button>
        <Link to="/" aria-label={t("home.link")} className="mr-auto rounded-full lg:mr-2">
          <Logo />
        </Link>
        <nav aria-label={t("categories")} className="hidden grow lg:block">
          <ul className="flex gap-1">
            {(categories.data ?? []).slice(0, 6).map((entry) => (
              <li key={entry.category} className="fade">
                <NavLink
                  to={`/categories/${entry.category}`}
                  className={(isActive) =>
                    `block rounded-full px-3.5 py-2 font-medium hover:bg-sunken ${isActive ? "bg-sunken text-brand" : ""}`
                  }
                >
                  <CategoryName {...entry} />
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        {capabilities.search && <SearchBar className="hidden w-64 md:block" />}
        <span className="hidden items-center lg:flex">
          <LanguageSwitch />
          <ThemeButton className={ICON_LINK} />
        </span>
        <AccountLink />
        <CartLink />
      </div>
      {capabilities.search && (
        <div className="wrap pb-3 md:hidden">
          <SearchBar />
        </div>
      )}
      {menu !== "never" && (
        <Suspense>
          <MobileMenu open={menu === "open"} onClose={() => setMenu("closed")} categories={categories.data ?? []} />
        </Suspense>
      )}
    </header>
  );
}

function AccountLink() {
  const { t } = useI18n();
  const me = useMe();
  const plain = (
    <Link to={me.data ? "/account" : "/signin"} aria-label={t(me.data ? "account.link" : "signIn.link")} className={ICON_LINK}>
      <Icon name="user" className="size-6" />
    </Link>
  );
  if (!me.data) return plain;
  return (
    <Suspense fallback={plain}>
      <AccountMenu user={me.data} className={ICON_LINK} />
    </Suspense>
  );
}

function CartLink() {
  const { t } = useI18n();
  const count = useCart().data?.itemCount ?? 0;
  return (
    <Link to="/cart" aria-label={t("cart.link", { count })} className={`${ICON_LINK} -mr-2`}>
      <Icon name="cart" className="size-6" />
      {count > 0 && (
        <span
          key={count}
          className="pop absolute top-0.5 right-0 grid h-5 min-w-5 place-items-center rounded-full bg-brand px-1 text-xs font-bold text-on-brand tabular-nums"
        >
          {count > 99 ? "99+" : count}
        </span>
      )}
    </Link>
  );
}
