import { type Key, useI18n } from "@/lib/i18n/i18n";
import { cx } from "@/lib/cx";
import { Link } from "@/ui/Link";
import { Empty, Loading, Skeleton } from "@/ui/States";
import { lazy, Suspense, useEffect, useRef } from "react";
import { type RouteObject, useLocation, useRoutes } from "react-router";

const Figures = lazy(() => import("./FiguresPage"));
const Orders = lazy(() => import("./OrdersPage"));
const Order = lazy(() => import("./OrderPage"));
const Products = lazy(() => import("./ProductsPage"));
const Product = lazy(() => import("./ProductPage"));
const Imports = lazy(() => import("./ImportsPage"));
const Import = lazy(() => import("./ImportPage"));
const Vendors = lazy(() => import("./VendorsPage"));
const Payouts = lazy(() => import("./PayoutsPage"));
const Users = lazy(() => import("./UsersPage"));
const Queues = lazy(() => import("./QueuesPage"));
const Queue = lazy(() => import("./QueuePage"));
const Jobs = lazy(() => import("./JobsPage"));
const Mail = lazy(() => import("./MailPage"));
const Marked = lazy(() => import("./MarkedPage"));
const Audit = lazy(() => import("./AuditPage"));
const System = lazy(() => import("./SystemPage"));

const routes: RouteObject[] = [
  { index: true, element: <Figures /> },
  { path: "orders", element: <Orders /> },
  { path: "orders/:orderId", element: <Order /> },
  { path: "products", element: <Products /> },
  { path: "products/:productId", element: <Product /> },
  { path: "imports", element: <Imports /> },
  { path: "imports/:importId", element: <Import /> },
  { path: "vendors", element: <Vendors /> },
  { path: "payouts", element: <Payouts /> },
  { path: "users", element: <Users /> },
  { path: "queues", element: <Queues /> },
  { path: "queues/:queue", element: <Queue /> },
  { path: "jobs", element: <Jobs /> },
  { path: "mail", element: <Mail /> },
  { path: "mail/addresses", element: <Marked /> },
  { path: "audit", element: <Audit /> },
  { path: "system", element: <System /> },
  { path: "*", element: <Nowhere /> },
];

const PLACES: readonly { name: Key; pages: readonly (readonly [path: string, name: Key])[] }[] = [
  {
    name: "admin.sales",
    pages: [
      ["/admin", "admin.figures"],
      ["/admin/orders", "admin.orders"],
    ],
  },
  {
    name: "admin.goods",
    pages: [
      ["/admin/products", "admin.products"],
      ["/admin/imports", "admin.imports"],
    ],
  },
  {
    name: "admin.people",
    pages: [
      ["/admin/users", "admin.users"],
      ["/admin/vendors", "admin.vendors"],
      ["/admin/payouts", "admin.payouts"],
    ],
  },
  {
    name: "admin.upkeep",
    pages: [
      ["/admin/queues", "admin.queues"],
      ["/admin/jobs", "admin.jobs"],
      ["/admin/mail", "admin.mail"],
      ["/admin/audit", "admin.audit"],
      ["/admin/system", "admin.system"],
    ],
  },
];

/** The desk's frame: on a wide screen the places stand beside the page, on a phone in a line above it. */
export default function AdminDesk() {
  const { t } = useI18n();
  const page = useRoutes(routes);
  return (
    <div className="wrap">
      <h1 className="pt-8 pb-5 text-4xl md:text-5xl">{t("desk.admin")}</h1>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[12rem_minmax(0,1fr)]">
        <Places />
        <div className="min-w-0">
          <Suspense fallback={<PageSkeleton />}>{page}</Suspense>
        </div>
      </div>
    </div>
  );
}

function Places() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  const active = (to: string) => (to === "/admin" ? pathname.replace(/\/$/, "") === to : pathname.startsWith(to));
  useEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current && here) nav.current.scrollLeft = here.offsetLeft - (nav.current.clientWidth - here.offsetWidth) / 2;
  }, [pathname]);
  return (
    <nav ref={nav} aria-label={t("desk.admin")} className="relative -mx-4 overflow-x-auto px-4 lg:mx-0 lg:overflow-visible lg:px-0">
      <ul className="flex w-max gap-1 border-b border-line lg:sticky lg:top-24 lg:grid lg:w-auto lg:gap-6 lg:border-0">
        {PLACES.map((place) => (
          <li key={place.name} className="flex lg:block">
            <span id={place.name} className="sr-only text-sm font-semibold text-muted lg:not-sr-only lg:px-3">
              {t(place.name)}
            </span>
            <ul aria-labelledby={place.name} className="flex gap-1 lg:mt-1 lg:grid lg:gap-0.5">
              {place.pages.map(([to, name]) => (
                <li key={to}>
                  <Link
                    to={to}
                    aria-current={active(to) ? "page" : undefined}
                    className={cx(
                      "-mb-px block border-b-3 px-3 py-3 font-semibold whitespace-nowrap lg:mb-0 lg:rounded-lg lg:border-b-0 lg:py-2",
                      active(to) ? "border-brand text-ink lg:bg-sunken" : "border-transparent text-muted hover:text-ink",
                    )}
                  >
                    {t(name)}
                  </Link>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Nowhere() {
  const { t } = useI18n();
  return (
    <Empty title={t("admin.nowhere")}>
      <Link to="/admin" className="font-semibold text-brand underline underline-offset-4">
        {t("admin.figures")}
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
