import { refresh } from "@/api/session";
import { useVendorDesk } from "@/api/vendor/getVendorDesk";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { Link } from "@/ui/Link";
import { Empty, Loading, Skeleton } from "@/ui/States";
import { lazy, Suspense, useEffect, useRef } from "react";
import { type RouteObject, useLocation, useRoutes } from "react-router";

const Overview = lazy(() => import("./OverviewPage"));
const Orders = lazy(() => import("./OrdersPage"));
const Products = lazy(() => import("./ProductsPage"));
const Editor = lazy(() => import("./EditorPage"));
const Stock = lazy(() => import("./StockPage"));
const Sales = lazy(() => import("./SalesPage"));
const Money = lazy(() => import("./MoneyPage"));
const Shop = lazy(() => import("./ShopPage"));

const routes: RouteObject[] = [
  { index: true, element: <Overview /> },
  { path: "orders", element: <Orders /> },
  { path: "products", element: <Products /> },
  { path: "products/new", element: <Editor /> },
  { path: "products/:productId", element: <Editor /> },
  { path: "stock", element: <Stock /> },
  { path: "sales", element: <Sales /> },
  { path: "money", element: <Money /> },
  { path: "shop", element: <Shop /> },
  { path: "*", element: <Nowhere /> },
];

/** The desk's frame: what waits is told in its tabs. */
export default function VendorDesk() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const page = useRoutes(routes);
  const desk = useDesk();
  const tabs = [
    ["/vendor", t("vendor.overview"), 0],
    ["/vendor/orders", t("vendor.orders"), desk?.ordersToShip ?? 0],
    ["/vendor/products", t("vendor.products"), 0],
    ["/vendor/stock", t("vendor.stock"), desk?.lowStock ?? 0],
    ["/vendor/sales", t("vendor.sales"), 0],
    ["/vendor/money", t("vendor.money"), 0],
    ["/vendor/shop", t("vendor.shop"), 0],
  ] as const;
  const current = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: "nearest", inline: "center" }); // on a phone not all of them are in sight
  }, [pathname]);
  const active = (to: string) => (to === "/vendor" ? pathname === to : pathname.startsWith(to));
  return (
    <div className="wrap">
      <h1 className="pt-8 pb-5 text-4xl md:text-5xl">{t("desk.vendor")}</h1>
      <nav aria-label={t("desk.vendor")} className="-mx-4 mb-8 overflow-x-auto px-4">
        <ul className="flex w-max min-w-full gap-1 border-b border-line whitespace-nowrap">
          {tabs.map(([to, name, count]) => (
            <li key={to}>
              <Link
                to={to}
                ref={active(to) ? current : undefined}
                aria-current={active(to) ? "page" : undefined}
                className={`-mb-px flex items-center gap-2 border-b-3 px-4 py-3 font-semibold ${active(to) ? "border-brand text-ink" : "border-transparent text-muted hover:text-ink"}`}
              >
                {name}
                {count > 0 && (
                  <span className="grid min-w-6 place-items-center rounded-full bg-warn-soft px-1.5 text-sm text-warn tabular-nums">
                    {count < (desk?.limit ?? 100) ? count : `${count}+`}
                  </span>
                )}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Suspense fallback={<PageSkeleton />}>{page}</Suspense>
    </div>
  );
}

/** Who was let in a moment ago has a token that does not say so yet: it is renewed, once. */
function useDesk() {
  const desk = useVendorDesk();
  const { error, refetch } = desk;
  const refused = isProblem(error) && error.status === 403;
  useEffect(() => {
    if (!refused) return;
    refresh().then(
      (renewed) => void (renewed && refetch()),
      () => undefined, // the pages say what is wrong
    );
  }, [refused, refetch]);
  return desk.data;
}

function Nowhere() {
  const { t } = useI18n();
  return (
    <Empty title={t("vendor.nowhere")}>
      <Link to="/vendor" className="font-semibold text-brand underline underline-offset-4">
        {t("vendor.overview")}
      </Link>
    </Empty>
  );
}

function PageSkeleton() {
  return (
    <Loading className="grid gap-4">
      <Skeleton className="h-10 w-64" />
      <Skeleton className="h-80 rounded-card" />
    </Loading>
  );
}
