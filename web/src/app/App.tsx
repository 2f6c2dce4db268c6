import { speakOfAccounts } from "@/lib/i18n/i18n";
import { type ComponentType, lazy } from "react";
import { Route, Routes } from "react-router";
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

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<Home />} />
        <Route path="products" element={<Grid />} />
        <Route path="categories/:category" element={<Grid />} />
        <Route path="products/:slug" element={<Product />} />
        <Route path="search" element={<Search />} />
        <Route path="cart" element={<Cart />} />
        <Route path="checkout" element={<Checkout />} />
        <Route path="checkout/orders/:orderId" element={<Confirmation />} />
        {/* An order has its own door: guests open theirs with the token of their mail. */}
        <Route path="orders/:orderId" element={<Order />} />
        <Route path="signin" element={<SignIn />} />
        <Route path="signup" element={<SignUp />} />
        <Route path="signup/confirm" element={<Confirm />} />
        <Route path="forgot" element={<Forgot />} />
        <Route path="reset" element={<Reset />} />
        <Route element={<RequireUser />}>
          <Route path="orders" element={<Orders />} />
          <Route path="account" element={<Account />}>
            <Route index element={<Profile />} />
            <Route path="addresses" element={<Addresses />} />
            <Route path="security" element={<Security />} />
          </Route>
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}
