import type { ReactNode } from "react";

interface PanelProps {
  tint: string;
  picture: ReactNode;
  title: string;
  alert?: boolean;
  children: ReactNode;
}

export function Panel({ tint, picture, title, alert = false, children }: PanelProps) {
  return (
    <section role={alert ? "alert" : "status"} className="rise grid justify-items-center gap-3 rounded-card px-6 py-14 text-center" style={{ background: `var(--${tint})` }}>
      <span className="grid size-28 place-items-center rounded-full" style={{ background: `var(--${tint}-2)` }}>
        {picture}
      </span>
      <h1 className="mt-3 text-3xl md:text-5xl">{title}</h1>
      <div className="grid max-w-lg gap-2 text-lg">{children}</div>
    </section>
  );
}
