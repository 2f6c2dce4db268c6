import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { adopt, forget } from "@/api/session";
import { ExportAccount } from "@/features/account/ExportAccount";
import CartPage from "@/features/cart/CartPage";
import SignInPage from "@/features/auth/SignInPage";
import { toasts } from "@/lib/toasts";
import { Picture } from "@/ui/Picture";
import { shopThatAnswers, show } from "./support";

const item = { productId: "mug", variantId: "mug-1", sku: "", name: "Mug", description: "", options: {}, imageUrl: "", price: 20, priceWhenAdded: 20, quantity: 2, lineTotal: 40, available: 9 };
const cart = (items: object[], changes: object[] = []) => ({ items, changes, total: 40, currency: "USD", itemCount: items.length, version: 1 });

describe("the cart", () => {
  it("takes a line out, and puts it back when asked to", async () => {
    const calls = shopThatAnswers(({ method, body }) => {
      const quantity = method === "POST" ? (body as { quantity: number }).quantity : 2;
      return [200, cart(quantity ? [item] : [])];
    });
    show(<CartPage />);
    await userEvent.click(await screen.findByRole("button", { name: "Remove Mug" }));
    await screen.findByText("Your cart is empty");
    const undo = toasts.get().at(-1)?.action;
    expect(undo?.label).toBe("Undo");
    undo?.run();
    await screen.findByRole("heading", { name: "Mug" });
    expect(calls.map(({ body }) => (body as { quantity?: number } | undefined)?.quantity)).toEqual([undefined, 0, 2]);
  });

  it("says that a price has changed, and lets it be accepted", async () => {
    const change = { type: "price_changed", productId: "mug", variantId: "mug-1", name: "Mug", message: "", price: 20, priceWhenAdded: 18, available: null };
    const calls = shopThatAnswers(({ method }) => [200, cart([item], method === "POST" ? [] : [change])]);
    show(<CartPage />);
    await screen.findByText("Mug: the price went from $18.00 to $20.00.");
    await userEvent.click(screen.getByRole("button", { name: "Got it Mug" }));
    await waitFor(() => expect(screen.queryByText("Something has changed")).toBeNull());
    expect(calls.at(-1)?.body).toEqual({ productId: "mug", variantId: "mug-1", quantity: 2 });
  });

  it("says that it could not be loaded, and tries again", async () => {
    let broken = true;
    shopThatAnswers(() => (broken ? [500, { code: "internal_error", requestId: "r9" }] : [200, cart([item])]));
    show(<CartPage />);
    expect((await screen.findByRole("alert")).textContent).toContain("Reference: r9");
    broken = false;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByRole("heading", { name: "Mug" });
  });
});

describe("signing in", () => {
  it("says what is missing at the field, and goes there", async () => {
    const calls = shopThatAnswers(() => [200]);
    show(<SignInPage />);
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    const email = screen.getByLabelText("E-mail address");
    expect(email.getAttribute("aria-invalid")).toBe("true");
    const told = document.getElementById(email.getAttribute("aria-describedby") ?? "");
    expect(told?.textContent).toBe("This does not look like an e-mail address.");
    await waitFor(() => expect(document.activeElement).toBe(email));
    expect(calls).toHaveLength(0);
  });

  it("asks for the second factor where there is one", async () => {
    forget();
    const calls = shopThatAnswers(({ path, body }) => {
      if (path !== "/api/auth/signin") return [200, cart([])];
      if ((body as { totp: string }).totp === "123456") return [200, { accessToken: "a", idToken: "", expiresIn: 1, tokenType: "Bearer" }];
      return [401, { code: "totp_required", message: "?" }];
    });
    show(<SignInPage />);
    await userEvent.type(screen.getByLabelText("E-mail address"), "ada@example.com");
    await userEvent.type(screen.getByLabelText("Password"), "Correct4Horse");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await userEvent.type(await screen.findByLabelText(/Code from your authenticator app/), "123456");
    await userEvent.click(screen.getByRole("button", { name: "Check code" }));
    await waitFor(() => expect(calls.at(-1)?.path).toBe("/api/cart/merge"));
    forget();
  });
});

describe("a picture", () => {
  const photo = { url: "/a.jpg", alt: "", sources: [{ type: "image/avif", srcset: "/a-400.avif 400w" }], placeholder: "data:image/webp;base64,AAAA" };

  it("is chosen by the browser from all sizes, and blurred until it is there", () => {
    const { container } = show(<Picture photo={photo} name="Mug" sizes="8rem" />);
    const source = container.querySelector("source");
    expect([source?.getAttribute("type"), source?.getAttribute("srcset"), source?.getAttribute("sizes")]).toEqual(["image/avif", "/a-400.avif 400w", "8rem"]);
    const image = screen.getByRole("presentation");
    expect(image.getAttribute("style")).toContain("data:image/webp");
    fireEvent.load(image);
    expect(image.getAttribute("style") ?? "").not.toContain("data:image/webp");
  });

  it("is drawn where there is none, or where it cannot be loaded", async () => {
    const { container, rerender } = show(<Picture photo={photo} name="Mug" alt="A mug" />);
    fireEvent.error(screen.getByRole("img", { name: "A mug" }));
    expect(container.querySelector("img")).toBeNull();
    screen.getByRole("img", { name: "A mug" });
    rerender(<Picture photo="" name="Mug" />);
    await waitFor(() => expect(container.querySelector("svg")).not.toBeNull());
  });
});

it("lets a file be saved that only the customer may fetch", async () => {
  const zip = new Blob(["PK"], { type: "application/zip" });
  vi.stubGlobal("fetch", async () => new Response(zip));
  adopt({ accessToken: "a", idToken: "", expiresIn: 1, tokenType: "Bearer" });
  const kept: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${kept.push(blob as Blob)}`);
  show(<ExportAccount />);
  await userEvent.click(screen.getByRole("button", { name: "Download my data" }));
  await waitFor(() => expect(toasts.get().at(-1)?.text).toBe("Your data is in your downloads."));
  expect(await kept[0]?.text()).toBe("PK");
  vi.restoreAllMocks();
  forget();
});
