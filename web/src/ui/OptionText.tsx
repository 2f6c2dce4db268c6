import { useI18n } from "@/lib/i18n/i18n";

/** The options of a variant in one line: `Size M · Colour Navy`. */
export function OptionText({ options }: { options: Readonly<Record<string, string>> }) {
  const { maybe } = useI18n();
  const text = Object.entries(options)
    .map(([name, value]) => `${maybe(`option.${name.toLowerCase()}`) ?? name} ${value}`)
    .join(" · ");
  return text ? <p className="text-sm text-muted first-letter:uppercase">{text}</p> : null;
}
