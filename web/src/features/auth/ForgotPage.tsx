import { useForgotPassword } from "@/api/auth/forgotPassword";
import { looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";
import { Link } from "@/ui/Link";
import { useLocation, useNavigate } from "react-router";
import { AuthCard, LINK } from "./AuthCard";

export default function ForgotPage() {
  const { t } = useI18n();
  useTitle(t("forgot.title"));
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { email?: string } | null };
  const forgot = useForgotPassword();
  const [email, setEmail] = useState(state?.email ?? "");
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <AuthCard
      title={t("forgot.title")}
      text={t("forgot.text")}
      foot={
        <Link to="/signin" className={LINK}>
          {t("forgot.back")}
        </Link>
      }
    >
      <Form
        action={t("forgot.action")}
        busy={forgot.isPending}
        error={forgot.error}
        onErrors={setErrors}
        check={(): Record<string, string> => (looksLikeEmail(email) ? {} : { email: t("field.email") })}
        onSubmit={() => forgot.mutate({ email }, { onSuccess: () => void navigate("/reset", { state: { email } }) })}
      >
        <Field label={t("field.emailAddress")} type="email" autoComplete="username" error={errors.email} value={email} onChange={(event) => setEmail(event.target.value)} />
      </Form>
    </AuthCard>
  );
}
