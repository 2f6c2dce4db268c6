import { useI18n } from "@/lib/i18n/i18n";
import { Loading, Skeleton } from "@/ui/States";
import { Suspense, useEffect, useRef } from "react";
import { NavLink } from "@/ui/Link";
import { Outlet, useLocation } from "react-router";

export default function AccountLayout() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const tabRow = useRef<HTMLUListElement>(null);
  // On a phone the tabs are wider than the screen: the one that is shown comes into sight.
  useEffect(() => {
    tabRow.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  const tabs = [
    ["/account", t("account.profile")],
    ["/account/addresses", t("account.addresses")],
    ["/account/security", t("account.security")],
    ["/orders", t("orders.title")],
  ] as const;
  return (
    <div className="wrap max-w-5xl">
      <h1 className="pt-8 pb-5 text-4xl md:text-5xl">{t("account.title")}</h1>
      <nav aria-label={t("account.title")} className="-mx-4 mb-8 overflow-x-auto px-4">
        <ul ref={tabRow} className="flex min-w-max gap-1 border-b border-line whitespace-nowrap">
          {tabs.map(([to, name]) => (
            <li key={to}>
              <NavLink
                to={to}
                className={(isActive) =>
                  `-mb-px block border-b-3 px-4 py-3 font-semibold ${isActive ? "border-brand text-ink" : "border-transparent text-muted hover:text-ink"}`
                }
              >
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <Suspense
        fallback={
          <Loading>
            <Skeleton className="h-80 rounded-card" />
          </Loading>
        }
      >
        <Outlet />
      </Suspense>
    </div>
  );
}
