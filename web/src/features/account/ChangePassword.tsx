import { useChangePassword } from "@/api/account/changePassword";
import { isStrongPassword } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Panel } from "@/ui/Panel";
import { useState } from "react";

const BLANK = { oldPassword: "", newPassword: "" };

export function ChangePassword() {
  const { t } = useI18n();
  const change = useChangePassword();
  const [form, setForm] = useState(BLANK);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const bind = (name: keyof typeof form) => ({
    type: "password",
    value: form[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });
  return (
    <Panel title={t("password.title")} text={t("password.text")}>
      <Form
        className="max-w-md"
        action={t("password.action")}
        busy={change.isPending}
        error={change.error}
        onErrors={setErrors}
        check={() => ({
          ...(form.oldPassword ? {} : { oldPassword: t("field.required") }),
          ...(isStrongPassword(form.newPassword) ? {} : { newPassword: t("error.weak_password") }),
        })}
        onSubmit={() =>
          change.mutate(form, {
            onSuccess: () => {
              setForm(BLANK);
              toast(t("password.done"));
            },
          })
        }
      >
        <Field label={t("field.password.now")} autoComplete="current-password" {...bind("oldPassword")} />
        <Field label={t("field.password.new")} autoComplete="new-password" hint={t("field.password.hint")} {...bind("newPassword")} />
      </Form>
    </Panel>
  );
}
