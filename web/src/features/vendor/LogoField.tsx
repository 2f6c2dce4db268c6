import { TYPES } from "@/api/vendor/uploadPicture";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { useRef } from "react";
import { usePictures } from "./usePictures";

interface Props {
  url: string;
  error: string | undefined;
  onChange: (url: string) => void;
}

/** A shop's logo: a picture that is sent here, or the address of one on the web. */
export function LogoField({ url, error, onChange }: Props) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const pictures = usePictures((shot) => onChange(shot.url));
  const one = pictures.sending.at(-1);
  const percent = Math.round((one?.share ?? 0) * 100);
  function choose(file: File | undefined) {
    for (const before of pictures.sending) pictures.drop(before.key);
    if (file) pictures.add([file]);
  }
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-4">
        <span className="grid size-20 shrink-0 place-items-center overflow-hidden rounded-full bg-sunken text-muted">
          {url && !error ? <img src={url} alt={t("vendor.shop.logo.now")} className="size-full object-cover" width="80" height="80" /> : <Icon name="box" className="size-8" />}
        </span>
        <div className="flex flex-wrap gap-2">
          <Button look="plain" onClick={() => input.current?.click()}>
            <Icon name="plus" /> {t("vendor.shop.logo.choose")}
          </Button>
          {url && (
            <Button look="quiet" onClick={() => onChange("")}>
              {t("vendor.shop.logo.remove")}
            </Button>
          )}
        </div>
        <input
          ref={input}
          type="file"
          hidden
          accept={TYPES.join(",")}
          aria-label={t("vendor.shop.logo.choose")}
          onChange={(event) => {
            choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
      {one?.error && (
        <p role="alert" className="text-sm font-medium text-bad">
          {one.error}
        </p>
      )}
      {one && !one.error && (
        <span role="progressbar" aria-label={t("vendor.picture.sending", { name: one.name })} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-2 overflow-hidden rounded-full bg-sunken">
          <span className="block h-full rounded-full bg-brand transition-[width]" style={{ width: `${percent}%` }} />
        </span>
      )}
      <Field
        label={t("vendor.shop.logo")}
        optional={t("optional")}
        hint={t("vendor.shop.logo.hint")}
        inputMode="url"
        maxLength={2000}
        value={url}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
