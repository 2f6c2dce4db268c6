import type { I18n } from "./i18n/i18n";

export function looksLikeEmail(text: string): boolean {
  return /^\S+@\S+\.\S+$/.test(text.trim());
}

/** What is wrong with an address, by field. The shop judges again; this only saves a round trip. */
export function addressErrors(address: Readonly<Record<string, string | undefined>>, t: I18n["t"]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const name of ["name", "line1", "city", "country"]) {
    if (!address[name]?.trim()) errors[name] = t("field.required");
  }
  return errors;
}

/** The rule of `docs/how-to/accounts.md`. */
export function isStrongPassword(text: string): boolean {
  return text.length >= 8 && /\p{Lu}/u.test(text) && /\p{Ll}/u.test(text) && /\p{Nd}/u.test(text);
}

/** Moves the focus to the first field that is marked as wrong, once it is. */
export function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
}
