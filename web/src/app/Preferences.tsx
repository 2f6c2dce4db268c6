import { LANGUAGES, type Lang, speak, useI18n } from "@/lib/i18n/i18n";
import { useSignal } from "@/lib/signal";
import { type Theme, setTheme, theme } from "@/lib/theme";
import { Icon, type IconName } from "@/ui/Icon";

const THEMES: readonly { theme: Theme; icon: IconName }[] = [
  { theme: "auto", icon: "auto" },
  { theme: "light", icon: "sun" },
  { theme: "dark", icon: "moon" },
];

export function LanguageSwitch() {
  const { lang, t } = useI18n();
  return (
    <label className="relative flex items-center gap-1 rounded-full px-2 text-sm font-medium hover:bg-sunken focus-within:outline-3 focus-within:outline-focus">
      <Icon name="globe" />
      <span className="sr-only">{t("language")}</span>
      <select
        value={lang}
        className="min-h-11 appearance-none bg-transparent pr-1 outline-none"
        onChange={(event) => void speak(event.target.value as Lang, true)}
      >
        {LANGUAGES.map((entry) => (
          <option key={entry.lang} value={entry.lang} className="bg-surface text-ink">
            {entry.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One button that goes round: like the system, light, dark. */
export function ThemeButton({ className }: { className: string }) {
  const { t } = useI18n();
  const now = useSignal(theme);
  const at = THEMES.findIndex((entry) => entry.theme === now);
  const next = THEMES[(at + 1) % THEMES.length]?.theme ?? "auto";
  return (
    <button type="button" className={className} aria-label={t("theme.is", { theme: t(`theme.${now}`) })} onClick={() => setTheme(next)}>
      <Icon name={THEMES[at]?.icon ?? "auto"} />
    </button>
  );
}

export function ThemeChoice() {
  const { t } = useI18n();
  const now = useSignal(theme);
  return (
    <fieldset>
      <legend className="sr-only">{t("theme")}</legend>
      <div className="inline-flex rounded-full bg-sunken p-1">
        {THEMES.map((entry) => (
          <label
            key={entry.theme}
            className="relative flex min-h-10 items-center gap-1.5 rounded-full px-3 text-sm font-medium has-checked:bg-surface has-checked:shadow-lift has-focus-visible:outline-3 has-focus-visible:outline-focus"
          >
            <input type="radio" name="theme" className="absolute inset-0 cursor-pointer opacity-0" checked={now === entry.theme} onChange={() => setTheme(entry.theme)} />
            <Icon name={entry.icon} className="size-4" />
            {t(`theme.${entry.theme}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
