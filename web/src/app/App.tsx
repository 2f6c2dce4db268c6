import { speakOf } from "@/lib/i18n/i18n";
import { lazy } from "react";
import { type RouteObject, useRoutes } from "react-router";
import { Layout } from "./Layout";

const browsing = () => import("./browsing");
const buying = () => import("./buying");

const Home = lazy(async () => ({ default: (await browsing()).Home }));
const Grid = lazy(async () => ({ default: (await browsing()).Grid }));
const Product = lazy(async () => ({ default: (await browsing()).Product }));
const Cart = lazy(async () => ({ default: (await buying()).Cart }));
const Checkout = lazy(async () => ({ default: (await buying()).Checkout }));
const Confirmation = lazy(async () => ({ default: (await buying()).Confirmation }));
const Others = lazy(async () => (await Promise.all([import("./OtherPages"), speakOf("account")]))[0]);

/** From the home page to the confirmation: what a customer loads who only buys. */
const routes: RouteObject[] = [
  {
    element: <Layout />,
    children: [
      { index: true, element: <Home /> },
      { path: "products", element: <Grid /> },
      { path: "categories/:category", element: <Grid /> },
      { path: "products/:slug", element: <Product /> },
      { path: "cart", element: <Cart /> },
      { path: "checkout", element: <Checkout /> },
      { path: "checkout/orders/:orderId", element: <Confirmation /> },
      { path: "*", element: <Others /> },
    ],
  },
];

export function App() {
  return useRoutes(routes);
}

/** Begins to load the page that was opened, beside the words that it waits for. */
export function loadFirst(pathname: string): void {
  const first = pathname.split("/")[1] ?? "";
  if (["", "products", "categories"].includes(first)) browsing().catch(() => undefined);
}

/** Loads the other shopping pages before they are wanted: they open at once then, and without a connection too. */
export function loadAhead(): void {
  Promise.all([browsing(), buying()]).catch(() => undefined);
}
