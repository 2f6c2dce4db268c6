import { useId, type ReactNode } from "react";

/** A section of a settings page: what it is about, and what can be done. */
export function Panel({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="card grid gap-5 p-6 sm:p-8">
      <div>
        <h2 id={id} className="text-2xl">
          {title}
        </h2>
        {text && <p className="mt-1 max-w-prose text-muted">{text}</p>}
      </div>
      {children}
    </section>
  );
}
