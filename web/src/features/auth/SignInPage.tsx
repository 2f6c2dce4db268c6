import { useSignIn } from "@/api/auth/signIn";
import { signedIn } from "@/api/session";
import { looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { useSignal } from "@/lib/signal";
import { useTitle } from "@/lib/useTitle";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Notice } from "@/ui/States";
import { useState } from "react";
import { Link } from "@/ui/Link";
import { Navigate, useLocation, useNavigate, useSearchParams } from "react-router";
import { AuthCard, LINK } from "./AuthCard";
import { keepPending, safe } from "./pending";

export default function SignInPage() {
  const { t } = useI18n();
  useTitle(t("signIn"));
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { email?: string; notice?: string } | null };
  const next = safe(useSearchParams()[0].get("next"));
  const who = useSignal(signedIn);
  const signIn = useSignIn();
  const [email, setEmail] = useState(state?.email ?? "");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const [asked, setAsked] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const search = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;

  if (who === "yes" && !signIn.isPending) return <Navigate to={next} replace />;

  function submit() {
    signIn.mutate(
      { email, password, totp, refresh: "cookie" },
      {
        onSuccess: () => void navigate(next, { replace: true }),
        onError: (error) => {
          if (isProblem(error, "totp_required")) setAsked(true);
          if (isProblem(error, "email_not_confirmed")) {
            keepPending({ email, password, next });
            void navigate("/signup/confirm");
          }
        },
      },
    );
  }

  const silent = isProblem(signIn.error, "totp_required");
  return (
    <AuthCard
      title={t("signIn.title")}
      foot={
        <>
          {t("signIn.new")}{" "}
          <Link to={`/signup${search}`} className={LINK}>
            {t("signUp")}
          </Link>
        </>
      }
    >
      {state?.notice && <Notice tone="good">{state.notice}</Notice>}
      <Form
        action={t(asked ? "signIn.check" : "signIn")}
        busy={signIn.isPending}
        error={silent ? null : signIn.error}
        onSubmit={submit}
        onErrors={setErrors}
        check={() => ({
          ...(looksLikeEmail(email) ? {} : { email: t("field.email") }),
          ...(password ? {} : { password: t("field.required") }),
        })}
      >
        {asked ? (
          <Field
            label={t("signIn.totp")}
            hint={t("signIn.totp.hint")}
            autoComplete="one-time-code"
            inputMode="numeric"
            autoFocus
            maxLength={64}
            value={totp}
            onChange={(event) => setTotp(event.target.value)}
          />
        ) : (
          <>
            <Field label={t("field.emailAddress")} type="email" name="email" autoComplete="username" error={errors.email} value={email} onChange={(event) => setEmail(event.target.value)} />
            <Field label={t("field.password")} type="password" name="password" autoComplete="current-password" error={errors.password} value={password} onChange={(event) => setPassword(event.target.value)} />
            <p className="text-right text-sm">
              <Link to="/forgot" state={{ email }} className={LINK}>
                {t("signIn.forgot")}
              </Link>
            </p>
          </>
        )}
      </Form>
    </AuthCard>
  );
}
