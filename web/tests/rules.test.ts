import { describe, expect, it } from "vitest";
import type { Product } from "@/api/types";
import { chosen, initialChoice, optionsOf, stockWith, withValue } from "@/features/product/variants";
import { shippingPrice } from "@/features/checkout/ShippingStep";
import { safe } from "@/features/auth/pending";
import { addressErrors, isStrongPassword, looksLikeEmail } from "@/lib/forms";
import { add } from "@/lib/money";
import { colourFor, hash } from "@/ui/art/palette";
import { colourNamed } from "@/ui/colours";

const variant = (size: string, colour: string, stock: number) => ({
  variantId: `${size}-${colour}`,
  sku: "",
  options: { size, colour },
  price: 10,
  compareAt: null,
  stock,
  weightGrams: null,
  imageUrl: null,
});

const shirt = { variants: [variant("S", "Navy", 0), variant("M", "Navy", 3), variant("M", "Rust", 1)] } as unknown as Product;

describe("variants", () => {
  it("are told by their options", () => {
    expect([...optionsOf(shirt)]).toEqual([
      ["size", ["S", "M"]],
      ["colour", ["Navy", "Rust"]],
    ]);
  });

  it("begin with what can be bought", () => {
    expect(chosen(shirt, initialChoice(shirt))?.variantId).toBe("M-Navy");
  });

  it("follow a click to the nearest that exists", () => {
    expect(withValue(shirt, { size: "S", colour: "Navy" }, "colour", "Rust")).toEqual({ size: "M", colour: "Rust" });
    expect(stockWith(shirt, { size: "S", colour: "Navy" }, "colour", "Rust")).toBe(0);
    expect(stockWith(shirt, { size: "S", colour: "Navy" }, "size", "M")).toBe(3);
  });
});

it("adds amounts exactly, by the digits of their currency", () => {
  expect(add("USD", 0.1, 0.2)).toBe(0.3);
  expect(add("JPY", 100, 200)).toBe(300);
  expect(add("KWD", 0.001, 0.002)).toBe(0.003);
});

it("sends for nothing from the value on that the method names", () => {
  const method = { id: "a", name: "A", price: 5, currency: "USD", days: "", freeFrom: 50 };
  expect([49.99, 50].map((subtotal) => shippingPrice(method, subtotal))).toEqual([5, 0]);
});

it("goes on after signing in only to pages of this shop", () => {
  expect(safe("/orders?a=1")).toBe("/orders?a=1");
  for (const elsewhere of ["//evil.example", "/\\evil.example", "https://evil.example", "", null]) expect(safe(elsewhere)).toBe("/");
});

it("judges what was typed as the shop does", () => {
  expect(looksLikeEmail(" ada@example.com ")).toBe(true);
  expect(looksLikeEmail("ada@")).toBe(false);
  expect(["Correct4Horse", "correct4horse", "Short1", "Ünïcode9x"].map(isStrongPassword)).toEqual([true, false, false, true]);
  expect(Object.keys(addressErrors({ name: "Ada", line1: " ", city: "Ulm" }, () => "!"))).toEqual(["line1", "country"]);
});

describe("drawn pictures", () => {
  it("are the same for the same name", () => {
    expect(hash("Kiln Stoneware Mug")).toBe(hash("Kiln Stoneware Mug"));
    expect(hash("a")).not.toBe(hash("b"));
    expect([colourFor(0), colourFor(8)]).toEqual(["#e2573a", "#e2573a"]);
  });

  it("have the colour of the chosen variant", () => {
    expect(colourNamed(" Navy ")).toBe("#28396f");
    expect(colourNamed("Quiet")).toBeUndefined();
  });
});
