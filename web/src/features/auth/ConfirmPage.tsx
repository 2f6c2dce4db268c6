import { useConfirmSignUp } from "@/api/auth/confirmSignUp";
import { useResendCode } from "@/api/auth/resendCode";
import { useSignIn } from "@/api/auth/signIn";
import { looksLikeEmail } from "@/lib/forms";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";
import { useNavigate } from "react-router";
import { AuthCard, LINK } from "./AuthCard";
import { takePending } from "./pending";

/** The code from the mail. Who has just signed up is signed in then. */
export default function ConfirmPage() {
  const { t } = useI18n();
  useTitle(t("confirm.title"));
  const text = useErrorText();
  const navigate = useNavigate();
  const [pending] = useState(takePending);
  const confirm = useConfirmSignUp();
  const resend = useResendCode();
  const signIn = useSignIn();
  const [email, setEmail] = useState(pending.email);
  const [code, setCode] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});

  function confirmed() {
    const { password, next } = pending;
    const elsewhere = () => void navigate("/signin", { state: { email, notice: t("confirm.done") } });
    if (!password) return elsewhere();
    signIn.mutate(
      { email, password, totp: "", refresh: "cookie" },
      {
        onSuccess: () => {
          toast(t("confirm.welcome"));
          void navigate(next, { replace: true });
        },
        onError: elsewhere,
      },
    );
  }

  return (
    <AuthCard title={t("confirm.title")} text={t("confirm.text", { email: pending.email || t("confirm.your") })}>
      <Form
        action={t("confirm.action")}
        busy={confirm.isPending || signIn.isPending}
        error={confirm.error}
        onErrors={setErrors}
        check={() => ({
          ...(looksLikeEmail(email) ? {} : { email: t("field.email") }),
          ...(code.trim() ? {} : { code: t("field.required") }),
        })}
        onSubmit={() => confirm.mutate({ email, code: code.trim() }, { onSuccess: confirmed })}
      >
        {!pending.email && (
          <Field label={t("field.emailAddress")} type="email" autoComplete="username" error={errors.email} value={email} onChange={(event) => setEmail(event.target.value)} />
        )}
        <Field label={t("field.code")} autoComplete="one-time-code" inputMode="numeric" maxLength={12} error={errors.code} value={code} onChange={(event) => setCode(event.target.value)} />
      </Form>
      <button
        type="button"
        className={`${LINK} justify-self-center text-sm`}
        onClick={() => resend.mutate({ email }, { onSuccess: () => toast(t("confirm.sent")), onError: (error) => toast(text(error), { kind: "error" }) })}
      >
        {t("confirm.again")}
      </button>
    </AuthCard>
  );
}
