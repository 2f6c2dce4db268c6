import { speakOfAccounts } from "@/lib/i18n/i18n";
import { type ComponentType, lazy } from "react";
import { type RouteObject, useRoutes } from "react-router";
import { Layout } from "./Layout";
import { RequireUser } from "./RequireUser";

const Home = lazy(() => import("@/features/catalogue/HomePage"));
const Grid = lazy(() => import("@/features/catalogue/GridPage"));
const Search = lazyWithWords(() => import("@/features/catalogue/SearchPage"));
const Product = lazy(() => import("@/features/product/ProductPage"));
const Cart = lazy(() => import("@/features/cart/CartPage"));
const Checkout = lazy(() => import("@/features/checkout/CheckoutPage"));
const Confirmation = lazy(() => import("@/features/checkout/ConfirmationPage"));
const Orders = lazyWithWords(() => import("@/features/orders/OrdersPage"));
const Order = lazyWithWords(() => import("@/features/orders/OrderPage"));
const SignIn = lazyWithWords(() => import("@/features/auth/SignInPage"));
const SignUp = lazyWithWords(() => import("@/features/auth/SignUpPage"));
const Confirm = lazyWithWords(() => import("@/features/auth/ConfirmPage"));
const Forgot = lazyWithWords(() => import("@/features/auth/ForgotPage"));
const Reset = lazyWithWords(() => import("@/features/auth/ResetPage"));
const Account = lazyWithWords(() => import("@/features/account/AccountLayout"));
const Profile = lazyWithWords(() => import("@/features/account/ProfilePage"));
const Addresses = lazyWithWords(() => import("@/features/account/AddressesPage"));
const Security = lazyWithWords(() => import("@/features/account/SecurityPage"));
const NotFound = lazyWithWords(() => import("./NotFoundPage"));

/** A page whose words are not among those of the shopping pages. */
function lazyWithWords(page: () => Promise<{ default: ComponentType }>) {
  return lazy(async () => (await Promise.all([page(), speakOfAccounts()]))[0]);
}

const routes: RouteObject[] = [
  {
    element: <Layout />,
    children: [
      { index: true, element: <Home /> },
      { path: "products", element: <Grid /> },
      { path: "categories/:category", element: <Grid /> },
      { path: "products/:slug", element: <Product /> },
      { path: "search", element: <Search /> },
      { path: "cart", element: <Cart /> },
      { path: "checkout", element: <Checkout /> },
      { path: "checkout/orders/:orderId", element: <Confirmation /> },
      // An order has its own door: guests open theirs with the token of their mail.
      { path: "orders/:orderId", element: <Order /> },
      { path: "signin", element: <SignIn /> },
      { path: "signup", element: <SignUp /> },
      { path: "signup/confirm", element: <Confirm /> },
      { path: "forgot", element: <Forgot /> },
      { path: "reset", element: <Reset /> },
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
        ],
      },
      { path: "*", element: <NotFound /> },
    ],
  },
];

export function App() {
  return useRoutes(routes);
}
