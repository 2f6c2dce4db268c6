import { useLayoutEffect, useRef, useState } from "react";
import { useLocation, useNavigationType } from "react-router";

const positions = new Map<string, number>();

/**
 * After each navigation: focus goes to the page, its title is announced, and it is shown from its top; going back
 * shows it where it was left. Answers what to announce.
 */
export function useArrival(): string {
  const { key, pathname } = useLocation();
  const how = useNavigationType();
  const before = useRef(pathname);
  const [announced, announce] = useState("");

  // Layout effects: a page that gets shorter scrolls by itself, which must not be remembered as the customer's place.
  useLayoutEffect(() => {
    history.scrollRestoration = "manual";
    const remember = () => positions.set(key, scrollY);
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, [key]);

  useLayoutEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    document.getElementById("main")?.focus({ preventScroll: true });
    const wanted = how === "POP" ? (positions.get(key) ?? 0) : 0;
    scrollTo(0, wanted);
    // The page may still be growing: try again until it is tall enough.
    let tries = 0;
    const growing = setInterval(() => {
      if (wanted > 0 && Math.abs(scrollY - wanted) > 2) scrollTo(0, wanted);
      if (++tries >= 8 || Math.abs(scrollY - wanted) <= 2) clearInterval(growing);
    }, 60);
    const titled = setTimeout(() => announce(document.title), 400);
    return () => {
      clearInterval(growing);
      clearTimeout(titled);
    };
  }, [how, key, pathname]);

  return announced;
}
