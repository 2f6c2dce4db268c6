import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { type NavigateOptions, type To, useHref, useLocation, useNavigate } from "react-router";

export interface LinkProps extends Omit<ComponentProps<"a">, "href">, Pick<NavigateOptions, "replace" | "state"> {
  to: To;
}

/** A link within the shop. React Router's own knows prefetching and forms of its framework as well: 4 kB more. */
export function Link({ to, replace, state, onClick, target, ...rest }: LinkProps) {
  const navigate = useNavigate();
  const here = useLocation();
  const href = useHref(to);
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    onClick?.(event);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || (target && target !== "_self");
    if (event.defaultPrevented || event.button !== 0 || elsewhere) return;
    event.preventDefault();
    // The same address again is no new entry of the history.
    const same = here.pathname + here.search + here.hash === href;
    void navigate(to, { replace: replace ?? same, state: state as unknown });
  }
  return <a {...rest} target={target} href={href} onClick={follow} />;
}

interface NavLinkProps extends Omit<LinkProps, "className" | "children"> {
  to: string;
  className: (active: boolean) => string;
  children: ReactNode;
}

/** A link that knows whether its page is shown. */
export function NavLink({ to, className, ...rest }: NavLinkProps) {
  const active = useLocation().pathname === to;
  return <Link to={to} aria-current={active ? "page" : undefined} className={className(active)} {...rest} />;
}
