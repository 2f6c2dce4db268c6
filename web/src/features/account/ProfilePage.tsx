import { useMe } from "@/api/account/getMe";
import { useUpdateMe } from "@/api/account/updateMe";
import { capabilities } from "@/api/capabilities";
import type { User } from "@/api/types";
import { LANGUAGES, type Lang, speak, useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { Field, Select } from "@/ui/Field";
import { Form } from "@/ui/Form";
import { Panel } from "@/ui/Panel";
import { Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";
import { ChangeEmail } from "./ChangeEmail";
import { EraseAccount } from "./EraseAccount";
import { ExportAccount } from "./ExportAccount";
import { MailTopics } from "./MailTopics";

export default function ProfilePage() {
  const { t } = useI18n();
  useTitle(t("account.profile"));
  const me = useMe();
  if (me.data) {
    return (
      <div className="grid gap-6">
        <Profile user={me.data} />
        <MailTopics user={me.data} />
        <ChangeEmail now={me.data.email} />
        {capabilities.exportMe && <ExportAccount />}
        <EraseAccount />
      </div>
    );
  }
  if (me.isError) return <Failed error={me.error} retry={() => void me.refetch()} />;
  return (
    <Loading>
      <Skeleton className="h-80 rounded-card" />
    </Loading>
  );
}

function Profile({ user }: { user: User }) {
  const { t } = useI18n();
  const update = useUpdateMe();
  const [name, setName] = useState(user.name);
  const [locale, setLocale] = useState(user.locale.slice(0, 2));
  const [marketing, setMarketing] = useState(user.marketingOptIn);

  function submit() {
    update.mutate(
      { name, locale, marketingOptIn: marketing },
      {
        onSuccess: () => {
          toast(t("saved"));
          if (LANGUAGES.some(({ lang }) => lang === locale)) void speak(locale as Lang, true);
        },
      },
    );
  }

  return (
    <Panel title={t("account.profile")}>
      <Form action={t("save")} busy={update.isPending} error={update.error} onSubmit={submit} className="max-w-md">
        <Field label={t("field.name")} autoComplete="name" maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
        <Select label={t("profile.language")} hint={t("profile.language.hint")} value={locale} onChange={(event) => setLocale(event.target.value)}>
          {LANGUAGES.map((entry) => (
            <option key={entry.lang} value={entry.lang}>
              {entry.name}
            </option>
          ))}
        </Select>
        <label className="flex min-h-11 items-center gap-3">
          <input type="checkbox" className="size-5 accent-brand" checked={marketing} onChange={(event) => setMarketing(event.target.checked)} />
          {t("profile.marketing")}
        </label>
      </Form>
    </Panel>
  );
}
