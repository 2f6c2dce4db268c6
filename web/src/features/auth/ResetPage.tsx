import { useResetPassword } from "@/api/auth/resetPassword";
import { isStrongPassword, looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { useTitle } from "@/lib/useTitle";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { AuthCard } from "./AuthCard";

export default function ResetPage() {
  const { t } = useI18n();
  useTitle(t("reset.title"));
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { email?: string } | null };
  const reset = useResetPassword();
  const [form, setForm] = useState({ email: state?.email ?? "", code: "", password: "" });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const bind = (name: keyof typeof form) => ({
    name,
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });
  return (
    <AuthCard title={t("reset.title")} text={t("reset.text")}>
      <Form
        action={t("reset.action")}
        busy={reset.isPending}
        error={reset.error}
        onErrors={setErrors}
        check={() => ({
          ...(looksLikeEmail(form.email) ? {} : { email: t("field.email") }),
          ...(form.code.trim() ? {} : { code: t("field.required") }),
          ...(isStrongPassword(form.password) ? {} : { password: t("error.weak_password") }),
        })}
        onSubmit={() =>
          reset.mutate(form, { onSuccess: () => void navigate("/signin", { state: { email: form.email, notice: t("reset.done") } }) })
        }
      >
        <Field label={t("field.emailAddress")} type="email" autoComplete="username" {...bind("email")} />
        <Field label={t("field.code")} autoComplete="one-time-code" inputMode="numeric" maxLength={12} {...bind("code")} />
        <Field label={t("field.password.new")} type="password" autoComplete="new-password" hint={t("field.password.hint")} maxLength={256} {...bind("password")} />
      </Form>
    </AuthCard>
  );
}
