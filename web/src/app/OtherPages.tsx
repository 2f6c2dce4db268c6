import { capabilities } from "@/api/capabilities";
import { speakOf } from "@/lib/i18n/i18n";
import { lazy } from "react";
import { type RouteObject, useRoutes } from "react-router";
import { ForGroup } from "./ForGroup";
import NotFoundPage from "./NotFoundPage";
import { RequireUser } from "./RequireUser";

const Search = lazy(() => import("@/features/catalogue/SearchPage"));
const Seller = lazy(() => import("@/features/catalogue/SellerPage"));
const Orders = lazy(() => import("@/features/orders/OrdersPage"));
const Order = lazy(() => import("@/features/orders/OrderPage"));
const SignIn = lazy(() => import("@/features/auth/SignInPage"));
const SignUp = lazy(() => import("@/features/auth/SignUpPage"));
const Confirm = lazy(() => import("@/features/auth/ConfirmPage"));
const Forgot = lazy(() => import("@/features/auth/ForgotPage"));
const Reset = lazy(() => import("@/features/auth/ResetPage"));
const Unsubscribe = lazy(() => import("@/features/auth/UnsubscribePage"));
const Account = lazy(() => import("@/features/account/AccountLayout"));
const Profile = lazy(() => import("@/features/account/ProfilePage"));
const Addresses = lazy(() => import("@/features/account/AddressesPage"));
const Security = lazy(() => import("@/features/account/SecurityPage"));
const VendorDesk = lazy(async () => (await Promise.all([import("@/features/vendor/VendorDesk"), speakOf("vendor")]))[0]);
const Apply = lazy(async () => (await Promise.all([import("@/features/vendor/ApplyPage"), speakOf("vendor")]))[0]);
const AdminDesk = lazy(async () => (await Promise.all([import("@/features/admin/AdminDesk"), speakOf("admin")]))[0]);

const routes: RouteObject[] = [
  ...(capabilities.search ? [{ path: "search", element: <Search /> }] : []),
  { path: "sellers/:seller", element: <Seller /> },
  // An order has its own door: guests open theirs with the token of their mail.
  { path: "orders/:orderId", element: <Order /> },
  { path: "signin", element: <SignIn /> },
  { path: "signup", element: <SignUp /> },
  { path: "signup/confirm", element: <Confirm /> },
  { path: "forgot", element: <Forgot /> },
  { path: "reset", element: <Reset /> },
  { path: "unsubscribe", element: <Unsubscribe /> },
  {
    element: <RequireUser />,
    children: [
      { path: "orders", element: <Orders /> },
      {
        path: "account",
        element: <Account />,
        children: [
          { index: true, element: <Profile /> },
          { path: "addresses", element: <Addresses /> },
          { path: "security", element: <Security /> },
        ],
      },
      // The desks have routes of their own below.
      { path: "vendor/*", element: <ForGroup group="vendors" page={<VendorDesk />} otherwise={<Apply />} /> },
      { path: "admin/*", element: <ForGroup group="admins" page={<AdminDesk />} otherwise={<NotFoundPage />} /> },
    ],
  },
  { path: "*", element: <NotFoundPage /> },
];

/** Everything but the shopping pages. Loaded with the words of accounts; the desks bring more. */
export default function OtherPages() {
  return useRoutes(routes);
}
