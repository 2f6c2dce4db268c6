import { useTitle } from "@/lib/useTitle";
import { Link } from "@/ui/Link";
import { Icon } from "@/ui/Icon";
import type { ReactNode } from "react";

interface Props {
  title: string;
  text?: string;
  /** The list that this page belongs to. */
  back?: { to: string; name: string };
  /** What can be done, beside the title. */
  children?: ReactNode;
}

/** What a page of the desk is about. */
export function PageHead({ title, text, back, children }: Props) {
  useTitle(title);
  return (
    <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
      <div className="min-w-0">
        {back && (
          <Link to={back.to} className="mb-1 -ml-1 inline-flex min-h-9 items-center gap-1 text-sm font-semibold text-muted hover:text-ink">
            <Icon name="right" className="size-4 rotate-180" /> {back.name}
          </Link>
        )}
        <h2 className="text-2xl wrap-anywhere">{title}</h2>
        {text && <p className="mt-1 max-w-prose text-muted">{text}</p>}
      </div>
      {children && <div className="flex flex-wrap items-center gap-3">{children}</div>}
    </div>
  );
}
