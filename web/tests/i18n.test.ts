import { describe, expect, it } from "vitest";
import { de } from "@/lib/i18n/de";
import { deAdmin } from "@/lib/i18n/de.admin";
import { deMore } from "@/lib/i18n/de.more";
import { deVendor } from "@/lib/i18n/de.vendor";
import { en } from "@/lib/i18n/en";
import { enAdmin } from "@/lib/i18n/en.admin";
import { enMore } from "@/lib/i18n/en.more";
import { enVendor } from "@/lib/i18n/en.vendor";
import { make, preferred } from "@/lib/i18n/i18n";

const params = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe.each([
  ["shopping", en, de],
  ["accounts", enMore, deMore],
  ["vendors", enVendor, deVendor],
  ["administration", enAdmin, deAdmin],
])("the catalogues of %s", (_name, english, german) => {
  it("have the same keys", () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it("leave nothing empty and use the same parameters", () => {
    for (const [key, text] of Object.entries(english)) {
      const other = (german as Record<string, string>)[key] ?? "";
      expect(other.trim(), key).not.toBe("");
      expect(params(other), key).toEqual(params(text));
    }
  });
});

it("does not say a key in two catalogues", () => {
  const keys = [en, enMore, enVendor, enAdmin].flatMap((catalogue) => Object.keys(catalogue));
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

describe("a language", () => {
  it("is the first of the browser's that the shop speaks", () => {
    expect(preferred(["fr-FR", "de-AT", "en"])).toBe("de");
    expect(preferred(["ja"])).toBe("en");
  });

  it("is the one that was chosen, whatever the browser says", () => {
    localStorage.setItem("cartwheel.lang", "de");
    expect(preferred(["en-US"])).toBe("de");
  });

  it("has plural forms and parameters", () => {
    const { t, maybe } = make("en", en);
    expect(t("cart.goods", { count: 1 })).toBe("1 item");
    expect(t("cart.goods", { count: 3 })).toBe("3 items");
    expect(maybe("error.no_such_code")).toBeUndefined();
  });

  it("writes amounts with the digits of their currency", () => {
    const { money } = make("de", de);
    expect(money(1234.5, "EUR")).toMatch(/^1\.234,50\s€$/);
    expect(money(1234, "JPY")).toMatch(/1\.234/);
    expect(money(1.2345, "KWD")).toMatch(/1,235|1,234/);
  });
});
