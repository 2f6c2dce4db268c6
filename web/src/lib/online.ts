import { signal } from "./signal";

export const online = signal(typeof navigator === "undefined" || navigator.onLine !== false);

export function watchConnection(): void {
  addEventListener("online", () => online.set(true));
  addEventListener("offline", () => online.set(false));
}
