import { cx } from "@/lib/cx";
import { useI18n } from "@/lib/i18n/i18n";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Picture } from "@/ui/Picture";
import { useRef, useState } from "react";
import { TYPES } from "@/api/vendor/uploadPicture";
import type { Shot } from "./draft";
import type { Pictures, Sending } from "./usePictures";

interface Props {
  shots: readonly Shot[];
  pictures: Pictures;
  name: string;
  onChange: (shots: Shot[]) => void;
}

/** The product's pictures, the first of them its cover, and a place to drop more. */
export function PictureFields({ shots, pictures, name, onChange }: Props) {
  const { t } = useI18n();
  return (
    <div className="grid gap-4">
      <DropZone onFiles={pictures.add} />
      {pictures.sending.length > 0 && (
        <ul className="grid gap-2">
          {pictures.sending.map((one) => (
            <Progress key={one.key} one={one} pictures={pictures} />
          ))}
        </ul>
      )}
      {shots.length > 0 && (
        <ul className="grid gap-4 sm:grid-cols-2">
          {shots.map((shot, index) => (
            <li key={shot.key} className="flex gap-4 rounded-xl border border-line p-3">
              <span className="relative shrink-0">
                <Picture photo={{ url: shot.url, sources: shot.sources, placeholder: shot.placeholder }} sizes="8rem" name={name} alt={shot.alt} className="size-24 rounded-lg" />
                {index === 0 && <span className="absolute inset-x-1 bottom-1 rounded-full bg-ink px-1 text-center text-xs font-semibold text-ground">{t("vendor.picture.cover")}</span>}
              </span>
              <span className="grid min-w-0 grow content-between gap-2">
                <Field
                  label={t("vendor.picture.alt", { number: index + 1 })}
                  maxLength={500}
                  value={shot.alt}
                  onChange={(event) => onChange(shots.map((other) => (other === shot ? { ...shot, alt: event.target.value } : other)))}
                />
                <span className="flex gap-1">
                  <IconButton icon="left" label={t("vendor.picture.earlier", { number: index + 1 })} disabled={index === 0} onClick={() => onChange(moved(shots, index, -1))} />
                  <IconButton icon="right" label={t("vendor.picture.later", { number: index + 1 })} disabled={index === shots.length - 1} onClick={() => onChange(moved(shots, index, 1))} />
                  <IconButton icon="bin" label={t("vendor.picture.remove", { number: index + 1 })} onClick={() => onChange(shots.filter((other) => other !== shot))} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function moved(shots: readonly Shot[], from: number, by: number): Shot[] {
  const order = [...shots];
  order.splice(from + by, 0, ...order.splice(from, 1));
  return order;
}

/** For the mouse a place to drop files, for everybody a button that chooses them. */
function DropZone({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      className={cx("grid justify-items-center gap-3 rounded-card border-2 border-dashed p-8 text-center transition", over ? "border-brand bg-sunken" : "border-edge")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles(event.dataTransfer.files);
      }}
    >
      <p className="text-muted">{t("vendor.picture.drop")}</p>
      <Button look="plain" onClick={() => input.current?.click()}>
        <Icon name="plus" /> {t("vendor.picture.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={TYPES.join(",")}
        aria-label={t("vendor.picture.choose")}
        onChange={(event) => {
          onFiles(event.target.files ?? []);
          event.target.value = ""; // the same file again is a change as well
        }}
      />
    </div>
  );
}

function Progress({ one, pictures }: { one: Sending; pictures: Pictures }) {
  const { t } = useI18n();
  const percent = Math.round(one.share * 100);
  return (
    <li className="grid gap-2 rounded-xl bg-sunken px-4 py-3">
      <span className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate font-semibold">{one.name}</span>
        <span className="flex shrink-0 gap-1">
          {one.error && (
            <Button size="small" look="quiet" onClick={() => pictures.again(one.key)}>
              {t("error.retry")}
            </Button>
          )}
          <IconButton icon="close" label={t("vendor.picture.stop", { name: one.name })} onClick={() => pictures.drop(one.key)} />
        </span>
      </span>
      {one.error ? (
        <span role="alert" className="text-sm font-medium text-bad">
          {one.error}
        </span>
      ) : (
        <span
          role="progressbar"
          aria-label={t("vendor.picture.sending", { name: one.name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          className="h-2 overflow-hidden rounded-full bg-surface"
        >
          <span className="block h-full rounded-full bg-brand transition-[width]" style={{ width: `${percent}%` }} />
        </span>
      )}
    </li>
  );
}

interface IconButtonProps {
  icon: "left" | "right" | "bin" | "close";
  label: string;
  disabled?: boolean;
  onClick: () => void;
}

function IconButton({ icon, label, disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      className="grid size-10 place-items-center rounded-full hover:bg-surface focus-visible:rounded-full disabled:opacity-35"
      onClick={onClick}
    >
      <Icon name={icon === "left" ? "right" : icon} className={cx("size-4", icon === "left" && "rotate-180")} />
    </button>
  );
}
