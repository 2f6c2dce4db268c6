import { useConfirmTotp } from "@/api/account/confirmTotp";
import { useDisableTotp } from "@/api/account/disableTotp";
import { useStartTotp } from "@/api/account/startTotp";
import type { Totp, User } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useErrorText } from "@/lib/errorText";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Panel } from "@/ui/Panel";
import Sheet from "@/ui/Sheet";
import { Badge, Notice } from "@/ui/States";
import { useState } from "react";
import { PasswordForm } from "./PasswordForm";
import { QrCode } from "./QrCode";

/** Two-step sign-in: turned on with an authenticator app, turned off with the password. */
export function TwoStep({ user }: { user: User }) {
  const { t } = useI18n();
  const text = useErrorText();
  const start = useStartTotp();
  const disable = useDisableTotp();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [turningOff, turnOff] = useState(false);

  if (codes) return <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />;
  if (user.totpEnabled) {
    return (
      <Panel title={t("totp.title")} text={t("totp.text")}>
        <div className="flex flex-wrap items-center gap-4">
          <Badge tone="good">{t("totp.on")}</Badge>
          <Button look="danger" onClick={() => turnOff(true)}>
            {t("totp.off.action")}
          </Button>
        </div>
        <Sheet title={t("totp.off.action")} open={turningOff} onClose={() => turnOff(false)}>
          <PasswordForm
            action={t("totp.off.action")}
            busy={disable.isPending}
            error={disable.error}
            onSubmit={(password) => disable.mutate(password, { onSuccess: () => turnOff(false) })}
          />
        </Sheet>
      </Panel>
    );
  }
  return (
    <Panel title={t("totp.title")} text={t("totp.text")}>
      {start.data ? (
        <SetUp totp={start.data} onOn={setCodes} />
      ) : (
        <Button className="justify-self-start" busy={start.isPending} onClick={() => start.mutate(undefined, { onError: (error) => toast(text(error), { kind: "error" }) })}>
          {t("totp.start")}
        </Button>
      )}
    </Panel>
  );
}

function SetUp({ totp, onOn }: { totp: Totp; onOn: (codes: readonly string[]) => void }) {
  const { t } = useI18n();
  const confirm = useConfirmTotp();
  const [code, setCode] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <div className="grid gap-6 sm:grid-cols-[auto_1fr]">
      <QrCode text={totp.uri} label={t("totp.qr")} />
      <div className="grid content-start gap-4">
        <p>{t("totp.scan")}</p>
        <p className="text-sm">
          {t("totp.type")}{" "}
          <code className="rounded-lg bg-sunken px-2 py-1 font-mono break-all select-all" data-testid="totp-secret">
            {totp.secret}
          </code>
        </p>
        <Form
          className="max-w-xs"
          action={t("totp.confirm")}
          busy={confirm.isPending}
          error={confirm.error}
          onErrors={setErrors}
          check={(): Record<string, string> => (code.trim() ? {} : { code: t("field.required") })}
          onSubmit={() => confirm.mutate(code.trim(), { onSuccess: (answer) => onOn(answer.recoveryCodes) })}
        >
          <Field label={t("totp.code")} inputMode="numeric" autoComplete="one-time-code" maxLength={8} error={errors.code} value={code} onChange={(event) => setCode(event.target.value)} />
        </Form>
      </div>
    </div>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useI18n();
  return (
    <Panel title={t("recovery.title")}>
      <Notice tone="warn">{t("recovery.text")}</Notice>
      <ul aria-label={t("recovery.title")} className="grid grid-cols-2 gap-2 font-mono sm:grid-cols-3">
        {codes.map((code) => (
          <li key={code} className="rounded-lg bg-sunken px-3 py-2 select-all">
            {code}
          </li>
        ))}
      </ul>
      <Button className="justify-self-start" onClick={onDone}>
        {t("recovery.done")}
      </Button>
    </Panel>
  );
}
