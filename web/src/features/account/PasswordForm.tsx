import { useI18n } from "@/lib/i18n/i18n";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { useState } from "react";

interface Props {
  action: string;
  busy: boolean;
  error: unknown;
  onSubmit: (password: string) => void;
}

/** The password once more, before something that cannot be undone. */
export function PasswordForm({ action, busy, error, onSubmit }: Props) {
  const { t } = useI18n();
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Form
      {...{ action, busy, error }}
      onErrors={setErrors}
      check={(): Record<string, string> => (password ? {} : { password: t("field.required") })}
      onSubmit={() => onSubmit(password)}
    >
      <Field
        label={t("field.password")}
        type="password"
        autoComplete="current-password"
        error={errors.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
    </Form>
  );
}
