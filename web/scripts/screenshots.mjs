// Pictures of every page: 375 and 1280 px wide, light and dark, into screenshots/. Needs a running shop that serves the
// app (SHOP, by default http://localhost:8000) with demo data, and Chromium (CHROMIUM, by default Debian's).
// Some pages only: npm run screenshots -- home cart
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const SHOP = process.env.SHOP ?? "http://localhost:8000";
const WIDTHS = [375, 1280];
const THEMES = ["light", "dark"];
const folder = new URL("../screenshots/", import.meta.url);
const wanted = process.argv.slice(2);
const VENDOR = { email: "vendor@livekart.com", password: "Vendor123!" };
const ADMIN = { email: "admin@livekart.com", password: "Admin123!" };
const CUSTOMER = { email: "customer@livekart.com", password: "Customer123!" };

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
});

const button = (page, name) => page.getByRole("button", { name, exact: true });

async function put(page, ...slugs) {
  for (const productId of slugs) {
    const product = await (await page.request.get(`${SHOP}/api/products/${productId}`)).json();
    const { variantId } = product.variants.at(0);
    await page.request.post(`${SHOP}/api/cart`, { data: { productId: product.productId, variantId, quantity: 2 } });
  }
}

async function upToPayment(page) {
  await put(page, "kiln-stoneware-mug", "the-lighthouse-ledger");
  await page.goto(`${SHOP}/checkout`);
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByLabel("Full name").fill("Ada Lovelace");
  await page.getByLabel("Street and number").fill("12 St James's Square");
  await page.getByLabel("City").fill("London");
  await page.getByLabel("Country").selectOption("GB");
  await button(page, "On to delivery").click();
  await button(page, "On to payment").click();
}

async function pay(page, card) {
  await upToPayment(page);
  await page.getByRole("radio", { name: card }).check();
  await button(page, "On to review").click();
  await page.getByRole("button", { name: /^Pay/ }).click();
}

async function signIn(page, path = "/", { email, password } = CUSTOMER) {
  await page.goto(`${SHOP}/signin?next=${path}`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.locator("form").getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${SHOP}${path}`);
}

async function orderSignedIn(page) {
  await page.goto(`${SHOP}/products/meadow-linen-shirt`);
  await page.getByRole("radio", { name: "M", exact: true }).check();
  await button(page, "Add to cart").click();
  await page.getByText("is in your cart.").waitFor();
  await page.goto(`${SHOP}/checkout`);
  const name = page.getByLabel("Full name");
  await name.or(button(page, "On to delivery")).first().waitFor();
  if (await name.isVisible()) {
    await name.fill("Charlie Customer");
    await page.getByLabel("Street and number").fill("1 Wheel Street");
    await page.getByLabel("City").fill("Bristol");
    await page.getByLabel("Country").selectOption("GB");
  }
  await button(page, "On to delivery").click();
  await button(page, "On to payment").click();
  await page.getByRole("radio", { name: /Goes through/ }).check();
  await button(page, "On to review").click();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await page.getByRole("heading", { name: "Thank you!" }).waitFor();
}

const open = (path) => (page) => page.goto(`${SHOP}${path}`);
const PAGES = {
  home: open("/"),
  grid: open("/products"),
  category: open("/categories/clothing?sort=price"),
  product: open("/products/aurora-headphones"),
  book: open("/products/the-lighthouse-ledger"),
  pictures: async (page) => {
    await page.goto(`${SHOP}/products/aurora-headphones`);
    await page.getByRole("button", { name: /^Enlarge/ }).click();
    await page.getByRole("dialog").waitFor();
  },
  seller: async (page) => {
    await page.goto(`${SHOP}/products/aurora-headphones`);
    await page.getByText("Sold by").getByRole("link").click();
    await page.getByText("Here since").waitFor();
  },
  search: open("/search?q=lamp"),
  "search-empty": open("/search?q=qqqqqq"),
  suggestions: async (page) => {
    await page.goto(SHOP);
    await page.getByRole("combobox", { name: "Search products" }).locator("visible=true").pressSequentially("la");
    await page.getByRole("option").first().waitFor();
  },
  "cart-empty": open("/cart"),
  cart: async (page) => {
    await put(page, "kiln-stoneware-mug", "the-lighthouse-ledger", "aurora-headphones");
    await page.goto(`${SHOP}/cart`);
  },
  checkout: async (page) => {
    await put(page, "kiln-stoneware-mug");
    await page.goto(`${SHOP}/checkout`);
    await button(page, "On to delivery").click();
  },
  payment: upToPayment,
  paid: async (page) => {
    await pay(page, /Goes through/);
    await page.getByRole("heading", { name: "Thank you!" }).waitFor();
  },
  declined: async (page) => {
    await pay(page, /Is declined/);
    await page.getByRole("heading", { name: /did not go through/ }).waitFor();
  },
  bank: async (page) => {
    await pay(page, /Asks the bank/);
    await page.getByRole("heading", { name: /bank wants/ }).waitFor();
  },
  "order-guest": async (page) => {
    await pay(page, /Goes through/);
    await page.getByRole("link", { name: "View order" }).click();
    await page.getByRole("heading", { name: "How it is going" }).waitFor();
  },
  "sign-in": open("/signin"),
  "sign-up": open("/signup"),
  confirm: open("/signup/confirm"),
  forgot: open("/forgot"),
  reset: open("/reset"),
  orders: async (page) => {
    await signIn(page, "/cart");
    await orderSignedIn(page);
    await page.goto(`${SHOP}/orders`);
  },
  order: async (page) => {
    await signIn(page, "/orders");
    await page.getByRole("link", { name: /^Order / }).first().click();
    await page.getByRole("heading", { name: "How it is going" }).waitFor();
  },
  account: (page) => signIn(page, "/account"),
  addresses: (page) => signIn(page, "/account/addresses"),
  security: async (page) => {
    await signIn(page, "/account/security");
    await button(page, "Set up").click();
    await page.getByTestId("totp-secret").waitFor();
  },
  apply: (page) => signIn(page, "/vendor"),
  desk: (page) => signIn(page, "/vendor", VENDOR),
  "desk-orders": (page) => signIn(page, "/vendor/orders", VENDOR),
  "desk-products": (page) => signIn(page, "/vendor/products", VENDOR),
  "desk-bulk": async (page) => {
    await signIn(page, "/vendor/products", VENDOR);
    await button(page, "Edit prices and stock").click();
    await page.getByLabel(/^Price of /).first().fill("12.345");
    await page.getByLabel(/^Stock of /).first().fill("7");
    await button(page, "Save").click();
  },
  "desk-product": async (page) => {
    await signIn(page, "/vendor/products", VENDOR);
    await page.getByRole("table").getByRole("link").first().click();
    await page.getByRole("heading", { name: "Price and stock" }).waitFor();
  },
  "desk-new": async (page) => {
    await signIn(page, "/vendor/products/new", VENDOR);
    await button(page, "Save").click();
  },
  "desk-stock": (page) => signIn(page, "/vendor/stock", VENDOR),
  "desk-sales": async (page) => {
    await signIn(page, "/vendor/sales", VENDOR);
    await page.getByText("Show as a table").waitFor();
  },
  "desk-money": (page) => signIn(page, "/vendor/money", VENDOR),
  "desk-shop": async (page) => {
    await signIn(page, "/vendor/shop", VENDOR);
    await page.getByRole("heading", { name: "Shop front" }).waitFor();
  },
  admin: async (page) => {
    await signIn(page, "/admin", ADMIN);
    await page.getByText("Show as a table").waitFor();
  },
  "admin-order": async (page) => {
    await signIn(page, "/admin/orders", ADMIN);
    await page.getByRole("list", { name: "Orders" }).getByRole("link").first().click();
    await page.getByRole("heading", { name: "What has happened" }).waitFor();
  },
  "admin-product": async (page) => {
    await signIn(page, "/admin/products", ADMIN);
    await page.getByRole("list", { name: "Products and stock" }).getByRole("link").first().click();
    await page.getByRole("heading", { name: /^Correct the stock/ }).waitFor();
  },
  ...Object.fromEntries(
    ["orders", "products", "imports", "users", "vendors", "payouts", "queues", "queues/email", "jobs", "mail", "mail/addresses", "audit", "system"].map((name) => [
      `admin-${name.replace("/", "-")}`,
      (page) => signIn(page, `/admin/${name}`, ADMIN),
    ]),
  ),
  menu: async (page) => {
    await page.goto(SHOP);
    if (page.viewportSize().width < 1024) await button(page, "Open menu").click();
    await page.waitForTimeout(500);
  },
  "not-found": open("/no/such/page"),
  error: async (page) => {
    await page.route("**/api/products*", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.goto(`${SHOP}/products`);
    await page.getByRole("heading", { name: "That did not work" }).waitFor();
  },
  loading: async (page) => {
    await page.route("**/api/products*", () => new Promise(() => {}));
    await page.goto(`${SHOP}/products`, { waitUntil: "commit" });
    await page.waitForTimeout(1500);
  },
};

/** Pictures load when they come into sight. Ends at the top: else a sticky header is pictured in the middle. */
async function seeEverything() {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo(0, top);
    await new Promise((done) => setTimeout(done, 50));
  }
  scrollTo(0, 0);
  const loaded = Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  await Promise.race([loaded, new Promise((done) => setTimeout(done, 2000))]); // what stays out of sight never loads
}

let failed = 0;
for (const [name, visit] of Object.entries(PAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const width of WIDTHS) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({
        viewport: { width, height: width < 600 ? 812 : 900 },
        colorScheme,
        locale: "en-US",
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const trouble = [];
      page.on("pageerror", (error) => trouble.push(error.message));
      const file = `${name}-${width}-${colorScheme}.png`;
      try {
        await visit(page);
        if (name !== "loading") await page.waitForLoadState("networkidle");
        await page.evaluate(() => document.fonts.ready);
        if (name !== "loading") await page.evaluate(seeEverything);
        await page.waitForTimeout(200);
        const fullPage = !["menu", "pictures", "suggestions"].includes(name);
        await page.screenshot({ path: new URL(file, folder).pathname, fullPage });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) trouble.push(`wider than the screen by ${wide} px`);
      } catch (error) {
        trouble.push(String(error).split("\n")[0]);
      }
      failed += trouble.length;
      console.log(trouble.length ? `!! ${file}: ${trouble.join("; ")}` : file);
      await context.close();
    }
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
