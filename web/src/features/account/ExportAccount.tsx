import { useExportMe } from "@/api/account/exportMe";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { saveFile } from "@/lib/saveFile";
import { toast } from "@/lib/toasts";
import { Button } from "@/ui/Button";
import { Panel } from "@/ui/Panel";

/** A copy of all that the shop knows of somebody, for themselves. */
export function ExportAccount() {
  const { t } = useI18n();
  const text = useErrorText();
  const exported = useExportMe();
  return (
    <Panel title={t("export.title")} text={t("export.text")}>
      <Button
        look="plain"
        className="justify-self-start"
        busy={exported.isPending}
        onClick={() =>
          exported.mutate(undefined, {
            onSuccess: (zip) => {
              saveFile(zip, "cartwheel.zip");
              toast(t("export.done"));
            },
            onError: (error) => toast(text(error), { kind: "error" }),
          })
        }
      >
        {t("export.action")}
      </Button>
    </Panel>
  );
}
