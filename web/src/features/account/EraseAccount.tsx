import { useEraseMe } from "@/api/account/eraseMe";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";
import Sheet from "@/ui/Sheet";
import { useState } from "react";
import { useNavigate } from "react-router";
import { PasswordForm } from "./PasswordForm";

export function EraseAccount() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const erase = useEraseMe();
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t("erase.title")} text={t("erase.text")}>
      <Button look="danger" className="justify-self-start" onClick={() => setOpen(true)}>
        {t("erase.action")}
      </Button>
      <Sheet title={t("erase.title")} open={open} onClose={() => setOpen(false)}>
        <PasswordForm
          action={t("erase.sure")}
          busy={erase.isPending}
          error={erase.error}
          onSubmit={(password) =>
            // A promise: this page is gone when the answer comes. What went wrong, the form shows.
            void erase
              .mutateAsync(password)
              .then(() => {
                toast(t("erase.done"));
                void navigate("/");
              })
              .catch(() => undefined)
          }
        />
      </Sheet>
    </Panel>
  );
}
