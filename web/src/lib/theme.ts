import { signal } from "./signal";
import { remember, remembered } from "./storage";

export type Theme = "light" | "dark" | "auto";

const kept = remembered("theme");

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");

/** Shows the theme and remembers it; `public/theme.js` sets it again before the next first paint. */
export function setTheme(next: Theme): void {
  if (next === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  remember("theme", next === "auto" ? null : next);
  theme.set(next);
}
