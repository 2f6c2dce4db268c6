import { useI18n } from "@/lib/i18n/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { Icon } from "@/ui/Icon";
import { useEffect, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

const PAUSE_MS = 500;

/** Searches once nothing has been typed for half a second, or at once with Enter. */
export function SearchBar({ className }: { className?: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const shown = useSearchParams()[0].get("q") ?? "";
  const [text, setText] = useState(shown);
  const settled = useDebounced(text.trim(), PAUSE_MS);
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef(shown);

  function go(query: string) {
    if (query === asked.current) return;
    asked.current = query;
    if (query) void navigate(`/search?q=${encodeURIComponent(query)}`, { replace: pathname === "/search" });
  }

  useEffect(() => go(settled)); // only goes when what was typed has changed

  return (
    <search className={className}>
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault();
          go(text.trim());
        }}
      >
        <Icon name="search" className="pointer-events-none absolute top-3 left-3.5 text-muted" />
        <input
          ref={input}
          type="text"
          inputMode="search"
          aria-label={t("search.label")}
          placeholder={t("search.label")}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
          className="field min-h-11 rounded-full pr-11 pl-11"
        />
        {text && (
          <button
            type="button"
            aria-label={t("search.clear")}
            className="absolute top-0.5 right-0.5 grid size-10 place-items-center rounded-full hover:bg-sunken"
            onClick={() => {
              setText("");
              input.current?.focus();
            }}
          >
            <Icon name="close" className="size-4" />
          </button>
        )}
      </form>
    </search>
  );
}
