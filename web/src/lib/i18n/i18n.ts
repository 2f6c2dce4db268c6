import { signal, useSignal } from "../signal";
import { remember, remembered } from "../storage";
import type { en } from "./en";
import type { enAdmin } from "./en.admin";
import type { enMore } from "./en.more";
import type { enVendor } from "./en.vendor";

export type Lang = "en" | "de";
export type MessageKey = keyof typeof en | keyof typeof enMore | keyof typeof enVendor | keyof typeof enAdmin;
export type Catalogue = Partial<Record<MessageKey, string>>;

/** A key without its plural form: `cart.items` for `cart.items_one` and `cart.items_other`. */
export type Key = MessageKey extends infer K
  ? K extends `${infer Stem}_one` | `${infer Stem}_other`
    ? Stem
    : K
  : never;

type Params = Readonly<Record<string, string | number>>;

export interface I18n {
  lang: Lang;
  t: (key: Key, params?: Params) => string;
  /** The message of a key that may not exist, such as of an error code. */
  maybe: (key: string, params?: Params) => string | undefined;
  money: (amount: number, currency: string) => string;
  date: (when: number | string, style?: "long" | "time") => string;
  number: (value: number) => string;
}

export const LANGUAGES: readonly { lang: Lang; name: string }[] = [
  { lang: "en", name: "English" },
  { lang: "de", name: "Deutsch" },
];

type Load = () => Promise<Catalogue>;

const shop: Record<Lang, Load> = {
  en: async () => (await import("./en")).en,
  de: async () => (await import("./de")).de,
};
// What the shopping pages do not say is loaded with the pages that say it.
const others = {
  account: {
    en: async () => (await import("./en.more")).enMore,
    de: async () => (await import("./de.more")).deMore,
  },
  vendor: {
    en: async () => (await import("./en.vendor")).enVendor,
    de: async () => (await import("./de.vendor")).deVendor,
  },
  admin: {
    en: async () => (await import("./en.admin")).enAdmin,
    de: async () => (await import("./de.admin")).deAdmin,
  },
} satisfies Record<string, Record<Lang, Load>>;

export type Subject = keyof typeof others;

const current = signal<I18n>(make("en", {}));
const wanted = new Set<Subject>();

/** The language that was chosen, else the first of the browser's that the shop speaks. */
export function preferred(languages: readonly string[] = navigator.languages): Lang {
  const tags = [remembered("lang") ?? "", ...languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return (tags.find((tag) => tag in shop) ?? "en") as Lang;
}

export async function speak(lang: Lang, chosen = false): Promise<void> {
  const words = await Promise.all([shop[lang](), ...[...wanted].map((subject) => others[subject][lang]())]);
  current.set(make(lang, Object.assign({}, ...words) as Catalogue));
  document.documentElement.lang = lang;
  if (chosen) remember("lang", lang);
}

/** Loads what pages about a subject say as well; before they are shown. */
export async function speakOf(...subjects: readonly Subject[]): Promise<void> {
  const known = wanted.size;
  for (const subject of subjects) wanted.add(subject);
  if (wanted.size > known) await speak(current.get().lang);
}

export function useI18n(): I18n {
  return useSignal(current);
}

/** Exported for tests; pages use `useI18n`. */
export function make(lang: Lang, messages: Catalogue): I18n {
  // The browser's own region where it fits the language: en-GB writes dates as in Britain.
  const tag = navigator.languages.find((candidate) => candidate.startsWith(lang)) ?? lang;
  const plural = new Intl.PluralRules(lang);
  const formats = new Map<string, Intl.NumberFormat>();

  function maybe(key: string, params: Params = {}): string | undefined {
    const count = params.count;
    const form = typeof count === "number" ? `${key}_${plural.select(count)}` : key;
    const text = (messages as Record<string, string>)[form] ?? (messages as Record<string, string>)[key];
    return text?.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
  }

  return {
    lang,
    maybe,
    t: (key, params) => maybe(key, params) ?? key,
    money(amount, currency) {
      let format = formats.get(currency);
      if (!format) formats.set(currency, (format = new Intl.NumberFormat(tag, { style: "currency", currency })));
      return format.format(amount);
    },
    date(when, style = "long") {
      const options: Intl.DateTimeFormatOptions =
        style === "long" ? { dateStyle: "long" } : { dateStyle: "medium", timeStyle: "short" };
      return new Intl.DateTimeFormat(tag, options).format(typeof when === "number" ? when * 1000 : new Date(when));
    },
    number: (value) => new Intl.NumberFormat(tag).format(value),
  };
}
