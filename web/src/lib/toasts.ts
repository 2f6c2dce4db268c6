import { signal } from "./signal";

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "error";
  /** What the toast's button does, and what it says. */
  action?: { label: string; run: () => void };
}

export const toasts = signal<readonly Toast[]>([]);

let last = 0;
const SHOWN_MS = 6000;
const MOST = 3;

export function toast(text: string, options: Partial<Pick<Toast, "kind" | "action">> = {}): void {
  const made: Toast = { id: ++last, text, kind: "done", ...options };
  toasts.set([...toasts.get(), made].slice(-MOST));
  setTimeout(() => dismiss(made.id), made.action ? SHOWN_MS * 1.5 : SHOWN_MS);
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((shown) => shown.id !== id));
}
