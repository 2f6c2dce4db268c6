import { useI18n } from "@/lib/i18n/i18n";
import { Link } from "./Link";

/** Where the page stands; the last entry is the page itself. */
export function Breadcrumbs({ trail }: { trail: readonly { name: string; to?: string }[] }) {
  const { t } = useI18n();
  return (
    <nav aria-label={t("breadcrumbs")} className="text-sm text-muted">
      <ol className="flex flex-wrap gap-x-2">
        {trail.map(({ name, to }) => (
          <li key={name} className="flex gap-x-2">
            {to ? (
              <>
                <Link to={to} className="underline-offset-4 hover:text-ink hover:underline">
                  {name}
                </Link>
                <span aria-hidden="true">/</span>
              </>
            ) : (
              <span aria-current="page" className="text-ink">
                {name}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
