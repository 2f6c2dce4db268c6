import { useChangeEmail } from "@/api/account/changeEmail";
import { useConfirmEmail } from "@/api/account/confirmEmail";
import { looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Panel } from "@/ui/Panel";
import { useState } from "react";

const BLANK = { email: "", password: "" };

/** Another e-mail address: it counts once the code that is mailed there has been entered. */
export function ChangeEmail({ now }: { now: string }) {
  const { t } = useI18n();
  const change = useChangeEmail();
  const [form, setForm] = useState(BLANK);
  const [asked, ask] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const bind = (name: keyof typeof form) => ({
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });

  function done() {
    toast(t("email.done"));
    setForm(BLANK);
    ask(false);
  }

  return (
    <Panel title={t("email.title")} text={t("email.now", { email: now })}>
      {asked ? (
        <Code email={form.email} onDone={done} />
      ) : (
        <Form
          className="max-w-md"
          action={t("email.action")}
          busy={change.isPending}
          error={change.error}
          onErrors={setErrors}
          check={() => ({
            ...(looksLikeEmail(form.email) ? {} : { email: t("field.email") }),
            ...(form.password ? {} : { password: t("field.required") }),
          })}
          onSubmit={() => change.mutate(form, { onSuccess: () => ask(true) })}
        >
          <Field label={t("email.new")} type="email" autoComplete="email" maxLength={320} {...bind("email")} />
          <Field label={t("field.password.now")} type="password" autoComplete="current-password" {...bind("password")} />
        </Form>
      )}
    </Panel>
  );
}

function Code({ email, onDone }: { email: string; onDone: () => void }) {
  const { t } = useI18n();
  const confirm = useConfirmEmail();
  const [code, setCode] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Form
      className="max-w-md"
      action={t("confirm.action")}
      busy={confirm.isPending}
      error={confirm.error}
      onErrors={setErrors}
      check={(): Record<string, string> => (code.trim() ? {} : { code: t("field.required") })}
      onSubmit={() => confirm.mutate(code.trim(), { onSuccess: onDone })}
    >
      <p>{t("confirm.text", { email })}</p>
      <Field
        label={t("field.code")}
        autoFocus
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={12}
        error={errors.code}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
    </Form>
  );
}
