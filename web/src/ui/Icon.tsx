import { cx } from "@/lib/cx";

const PATHS = {
  cart: "M3 4h2.2l2.3 11.2a1.6 1.6 0 0 0 1.6 1.3h8.3a1.6 1.6 0 0 0 1.6-1.2L20.8 8H6.2M9.5 20.5h.01M17 20.5h.01",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
  menu: "M4 7h16M4 12h16M4 17h10",
  close: "m6 6 12 12M18 6 6 18",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14m5-2 4.5 4.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5",
  auto: "M4 5h16v11H4zM9 20h6M12 16v4",
  check: "m5 12.5 4.5 4.500L19 7.5",
  right: "m9 5 7 7-7 7",
  down: "m5 9 7 7 7-7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  bin: "M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  zoom: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14m5-2 4.5 4.500M8 11h6M11 8v6",
  truck: "M2.5 6h11v10h-11zM13.5 9.500h4l3.5 3.500v3h-7.500zM7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4M17 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  undo: "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10H9",
  alert: "M12 4 2.5 20h19zM12 10v4.500M12 17.300v.01",
  offline: "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.300M19 12.500a10 10 0 0 0-6-2.600M8.5 16a5 5 0 0 1 7 0M12 19.500v.01M2 9a14 14 0 0 1 4.5-2.800M22 9a14 14 0 0 0-10-3.5",
  box: "m12 3 8.5 4.500v9L12 21l-8.5-4.500v-9zM3.5 7.5 12 12l8.5-4.500M12 12v9",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M3 12h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18",
  card: "M3 6h18v13H3zM3 10h18M7 15h3",
  shield: "m12 3 8 3v6c0 5-3.5 8-8 9.500C7.5 20 4 17 4 12V6z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={cx("size-5 shrink-0", className)}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
