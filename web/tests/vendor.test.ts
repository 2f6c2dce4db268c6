import { describe, expect, it } from "vitest";
import type { Product } from "@/api/types";
import { bodyOf, combinations, draftOf, EMPTY, errorsOf, keyOf, offered, rowOf, stockEdits } from "@/features/vendor/draft";
import { parsePrice, parseUnits, typed } from "@/features/vendor/numbers";
import { growth, lastDays, stepOf } from "@/lib/period";

const product: Product = {
  productId: "shirt",
  slug: "shirt",
  name: "Shirt",
  description: "Soft.",
  price: 9,
  currency: "USD",
  category: "clothing",
  categoryName: "Clothing",
  stock: 5,
  imageUrl: "/a.webp",
  images: [{ url: "/a.webp", alt: "A shirt", width: null, height: null, placeholder: "", sources: [] }],
  brand: "",
  attributes: {},
  variants: [
    { variantId: "s-red", sku: "S-R", options: { size: "S", colour: "Red" }, price: 9, compareAt: 12, stock: 2, weightGrams: 200, imageUrl: null },
    { variantId: "m-blue", sku: "", options: { size: "M", colour: "Blue" }, price: 9.5, compareAt: null, stock: 3, weightGrams: null, imageUrl: null },
  ],
  vendorId: "vera",
  status: "active",
  version: 4,
  createdAt: 0,
  updatedAt: 0,
};

describe("what is typed", () => {
  it("is a price with the digits of its currency", () => {
    expect(["12", "12.5", "12,50", " 0.99 "].map((text) => parsePrice(text, "USD"))).toEqual(["12", "12.5", "12.50", "0.99"]);
    expect(["", "-1", "1.999", "1e3", "12.", "twelve", "1,000.00"].map((text) => parsePrice(text, "USD"))).toEqual(Array(7).fill(null));
    expect([parsePrice("1500", "JPY"), parsePrice("15.5", "JPY"), parsePrice("1.234", "KWD")]).toEqual(["1500", null, "1.234"]);
    expect([typed(9, "USD"), typed(9, "JPY"), typed(1.2, "KWD")]).toEqual(["9.00", "9", "1.200"]);
  });

  it("is a whole number of units", () => {
    expect(["0", " 12 ", "007"].map(parseUnits)).toEqual([0, 12, 7]);
    expect(["", "-1", "1.5", "1e3", "9999999999"].map(parseUnits)).toEqual([null, null, null, null, null]);
  });
});

describe("a product's draft", () => {
  it("has a row for each combination, also for those that the shop does not have", () => {
    const draft = draftOf(product);
    expect(combinations(draft.options)).toHaveLength(4);
    expect(offered(draft).map(({ row }) => row.variantId)).toEqual(["s-red", "m-blue"]);
    expect(rowOf(draft, { size: "S", colour: "Blue" }).off).toBe(true);
    expect(keyOf({ size: "S", colour: "Red" })).toBe(keyOf({ colour: "Red", size: "S" }));
  });

  it("changes nothing when nothing was typed", () => {
    const body = bodyOf(draftOf(product), "USD", product);
    expect(body).toMatchObject({ name: "Shirt", category: "Clothing", version: 4, images: [{ url: "/a.webp", alt: "A shirt" }] });
    expect(body.variants).toEqual([
      { variantId: "s-red", options: { size: "S", colour: "Red" }, sku: "S-R", price: "9.00", compareAt: "12.00", weightGrams: 200 },
      { variantId: "m-blue", options: { size: "M", colour: "Blue" }, sku: "", price: "9.50", compareAt: null, weightGrams: null },
    ]);
    expect(stockEdits(draftOf(product), product)).toEqual([]);
  });

  it("sets units by themselves: only those that were typed", () => {
    const draft = draftOf(product);
    const key = keyOf({ size: "S", colour: "Red" });
    const row = rowOf(draft, { size: "S", colour: "Red" });
    const edited = { ...draft, rows: { ...draft.rows, [key]: { ...row, stock: "7" } } };
    expect(stockEdits(edited, product)).toEqual([{ productId: "shirt", variantId: "s-red", stock: 7 }]);
  });

  it("is a simple product without options", () => {
    const simple = { ...EMPTY, name: " Mug ", rows: { [keyOf({})]: { price: "12,5", compareAt: "", sku: "", stock: "4", weight: "" } } };
    expect(errorsOf(simple, "USD")).toEqual({});
    const body = bodyOf(simple, "USD");
    expect(body).toMatchObject({ name: "Mug" });
    expect(body).not.toHaveProperty("version");
    expect(body.variants).toEqual([{ options: {}, sku: "", price: "12.5", compareAt: null, weightGrams: null, stock: 4 }]);
  });

  it("says what is missing", () => {
    expect(errorsOf(EMPTY, "USD")).toEqual({ name: "required", [`${keyOf({})}.price`]: "required" });
    const many = { ...draftOf(product), options: [{ name: "size", values: Array.from({ length: 31 }, (_, n) => `${n}`) }] };
    expect(errorsOf(many, "USD").options).toBe("tooMany");
    const draft = draftOf(product);
    const rows = Object.fromEntries(Object.entries(draft.rows).map(([key, row]) => [key, { ...row, sku: "SAME" }]));
    expect(Object.values(errorsOf({ ...draft, rows }, "USD"))).toEqual(["twice"]);
  });
});

describe("a period", () => {
  it("ends today and has as many days as it says", () => {
    expect(lastDays("7", new Date(2026, 2, 3, 23))).toEqual({ from: "2026-02-25", to: "2026-03-03" });
    expect([stepOf("7"), stepOf("90"), stepOf("365")]).toEqual(["day", "week", "month"]);
  });

  it("has grown against the one before, if there was anything", () => {
    expect([growth(3, 2), growth(1, 2), growth(1, 0)]).toEqual([0.5, -0.5, null]);
  });
});
