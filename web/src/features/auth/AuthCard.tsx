import { Mark } from "@/ui/Logo";
import { Spokes } from "@/ui/Spokes";
import type { ReactNode } from "react";

interface Props {
  title: string;
  text?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
}

/** The frame of every page about signing in. */
export function AuthCard({ title, text, children, foot }: Props) {
  return (
    <div className="relative overflow-x-clip">
      <Spokes className="absolute -top-40 left-1/2 size-[60rem] -translate-x-1/2 text-line" />
      <div className="wrap relative grid min-h-[80dvh] place-items-center py-12">
        <div className="card grid w-full max-w-md gap-6 p-6 shadow-lift sm:p-10">
          <div className="grid gap-3">
            <Mark className="size-12" />
            <h1 className="text-3xl">{title}</h1>
            {text && <p className="text-muted">{text}</p>}
          </div>
          {children}
          {foot && <div className="border-t border-line pt-5 text-center text-sm">{foot}</div>}
        </div>
      </div>
    </div>
  );
}

export const LINK = "font-semibold text-brand underline underline-offset-4";
