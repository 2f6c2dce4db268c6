import { useSignUp } from "@/api/auth/signUp";
import { isStrongPassword, looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";
import { Link } from "@/ui/Link";
import { useNavigate, useSearchParams } from "react-router";
import { AuthCard, LINK } from "./AuthCard";
import { keepPending, safe } from "./pending";

export default function SignUpPage() {
  const { t, lang } = useI18n();
  useTitle(t("signUp"));
  const navigate = useNavigate();
  const next = safe(useSearchParams()[0].get("next"));
  const signUp = useSignUp();
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const bind = (name: keyof typeof form) => ({
    name,
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });
  return (
    <AuthCard
      title={t("signUp.title")}
      text={t("signUp.text")}
      foot={
        <>
          {t("signUp.have")}{" "}
          <Link to={`/signin?next=${encodeURIComponent(next)}`} className={LINK}>
            {t("signIn")}
          </Link>
        </>
      }
    >
      <Form
        action={t("signUp")}
        busy={signUp.isPending}
        error={signUp.error}
        onErrors={setErrors}
        check={() => ({
          ...(looksLikeEmail(form.email) ? {} : { email: t("field.email") }),
          ...(isStrongPassword(form.password) ? {} : { password: t("error.weak_password") }),
        })}
        onSubmit={() =>
          signUp.mutate(
            { ...form, locale: lang },
            {
              onSuccess: () => {
                keepPending({ email: form.email, password: form.password, next });
                void navigate("/signup/confirm");
              },
            },
          )
        }
      >
        <Field label={t("field.name")} autoComplete="name" optional={t("optional")} maxLength={120} {...bind("name")} />
        <Field label={t("field.emailAddress")} type="email" autoComplete="username" maxLength={320} {...bind("email")} />
        <Field label={t("field.password")} type="password" autoComplete="new-password" hint={t("field.password.hint")} maxLength={256} {...bind("password")} />
      </Form>
    </AuthCard>
  );
}
