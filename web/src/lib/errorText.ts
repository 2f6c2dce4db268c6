import { useI18n } from "./i18n/i18n";
import { Problem } from "./problem";

/** Says an error in the customer's language: by its code, else in the shop's own words. */
export function useErrorText(): (error: unknown) => string {
  const { t, maybe } = useI18n();
  return (error) => {
    if (!(error instanceof Problem)) return t("error.unknown");
    const params = Object.fromEntries(
      Object.entries(error.details).filter((entry): entry is [string, string | number] =>
        ["string", "number"].includes(typeof entry[1]),
      ),
    );
    const known = maybe(`error.${error.code}`, params);
    if (known) return known;
    return error.status >= 500 ? t("error.unknown") : error.message;
  };
}
