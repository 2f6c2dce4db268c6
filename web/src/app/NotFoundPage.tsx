import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { ButtonLink } from "@/ui/Button";
import { Mark } from "@/ui/Logo";

export default function NotFoundPage() {
  const { t } = useI18n();
  useTitle(t("notFound.title"));
  return (
    <div className="wrap grid justify-items-center gap-5 py-20 text-center">
      <p className="flex items-center gap-2 font-display text-[clamp(6rem,24vw,13rem)] leading-none font-extrabold" aria-hidden="true">
        4<Mark className="size-[.72em]" />4
      </p>
      <h1 className="text-3xl">{t("notFound.title")}</h1>
      <p className="max-w-md text-muted">{t("notFound.text")}</p>
      <ButtonLink to="/products">{t("notFound.action")}</ButtonLink>
    </div>
  );
}
