import { useSuggestions } from "@/api/catalogue/suggest";
import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { Icon } from "@/ui/Icon";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

const PAUSE_MS = 500;

/**
 * Proposes what might be meant once nothing has been typed for half a second; on the page of results, these follow
 * what is typed. Elsewhere Enter goes there: a page that left by itself would take the typist by surprise.
 */
export function SearchBar({ className }: { className?: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const live = useLocation().pathname === "/search";
  const params = useSearchParams()[0];
  const shown = live ? (params.get("q") ?? "") : "";
  const [text, setText] = useState(shown);
  const [before, setBefore] = useState(shown);
  const [sent, send] = useState(shown);
  const [open, setOpen] = useState(false);
  const [marked, mark] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useId();
  const settled = useDebounced(text.trim(), PAUSE_MS);
  const proposed = useSuggestions(open ? settled : "");
  const expanded = open && proposed.length > 0;

  if (shown !== before) {
    setBefore(shown);
    if (shown !== sent) {
      // Went back, or left the page.
      setText(shown);
      send(shown);
    }
  }

  function go(query: string) {
    clearTimeout(pause.current);
    send(query);
    if (query) void navigate(`/search?q=${encodeURIComponent(query)}`, { replace: live });
  }

  function type(next: string) {
    setText(next);
    setOpen(true);
    mark(-1);
    clearTimeout(pause.current);
    if (live && next.trim()) pause.current = setTimeout(() => go(next.trim()), PAUSE_MS);
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Escape") setOpen(false);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 || !expanded) return;
    event.preventDefault();
    // One place more than there are proposals: what was typed itself.
    const places = proposed.length + 1;
    mark(((marked + 1 + step + places) % places) - 1);
  }

  return (
    <search className={cx("relative", className)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const picked = expanded ? proposed[marked] : undefined;
          if (picked) setText(picked);
          setOpen(false);
          go((picked ?? text).trim());
        }}
      >
        <Icon name="search" className="pointer-events-none absolute top-3 left-3.5 text-muted" />
        <input
          ref={input}
          type="text"
          inputMode="search"
          enterKeyHint="search"
          autoComplete="off"
          role="combobox"
          aria-autocomplete="list"
          aria-label={t("search.label")}
          aria-expanded={expanded}
          aria-controls={list}
          aria-activedescendant={expanded && marked >= 0 ? `${list}-${marked}` : undefined}
          placeholder={t("search.label")}
          value={text}
          maxLength={200}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
          onBlur={() => setOpen(false)}
          className="field min-h-11 rounded-full pr-11 pl-11"
        />
        {text && (
          <button
            type="button"
            aria-label={t("search.clear")}
            className="absolute top-0.5 right-0.5 grid size-10 place-items-center rounded-full hover:bg-sunken"
            onClick={() => {
              type("");
              input.current?.focus();
            }}
          >
            <Icon name="close" className="size-4" />
          </button>
        )}
      </form>
      <ul
        id={list}
        role="listbox"
        aria-label={t("search.suggestions")}
        hidden={!expanded}
        className="fade absolute inset-x-0 top-full z-40 mt-2 rounded-2xl border border-line bg-surface p-2 shadow-float"
      >
        {proposed.map((one, index) => (
          <li
            key={one}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === marked}
            className={cx("flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3 hover:bg-sunken", index === marked && "bg-sunken")}
            onMouseDown={(event) => event.preventDefault()} // the focus stays where it is
            onClick={() => {
              setText(one);
              setOpen(false);
              go(one);
            }}
          >
            <Icon name="search" className="size-4 text-muted" />
            {one}
          </li>
        ))}
      </ul>
      <span role="status" className="sr-only">
        {expanded && t("search.proposed", { count: proposed.length })}
      </span>
    </search>
  );
}
