import type { Application } from "@/api/vendor/types";
import { useI18n } from "@/lib/i18n/i18n";
import { Field } from "@/ui/Field";
import { TextArea } from "@/ui/TextArea";
import { LogoField } from "./LogoField";

export interface Front {
  shopName: string;
  description: string;
  logoUrl: string;
}

export type Details = Application["payout"] & { bank: string };

export const NO_FRONT: Front = { shopName: "", description: "", logoUrl: "" };
export const NO_DETAILS: Details = { holder: "", account: "", bank: "" };

interface FrontProps {
  value: Front;
  errors: Record<string, string>;
  onChange: (front: Front) => void;
}

/** What the public sees of a shop. */
export function FrontFields({ value, errors, onChange }: FrontProps) {
  const { t } = useI18n();
  return (
    <>
      <Field
        label={t("vendor.shop.name")}
        required
        maxLength={100}
        value={value.shopName}
        error={errors.shopName}
        onChange={(event) => onChange({ ...value, shopName: event.target.value })}
      />
      <TextArea
        label={t("vendor.shop.description")}
        hint={t("vendor.shop.description.hint")}
        maxLength={5000}
        rows={4}
        value={value.description}
        onChange={(event) => onChange({ ...value, description: event.target.value })}
      />
      <LogoField url={value.logoUrl} error={errors.logoUrl} onChange={(logoUrl) => onChange({ ...value, logoUrl })} />
    </>
  );
}

interface DetailsProps {
  value: Details;
  errors: Record<string, string>;
  onChange: (details: Details) => void;
}

/** Where the money goes. Never filled in by what the shop knows: it tells the end of the account only. */
export function DetailsFields({ value, errors, onChange }: DetailsProps) {
  const { t } = useI18n();
  const bind = (name: keyof Details, most: number) => ({
    maxLength: most,
    autoComplete: "off",
    value: value[name],
    error: errors[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...value, [name]: event.target.value }),
  });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field className="sm:col-span-2" label={t("vendor.payout.holder")} required {...bind("holder", 100)} />
      <Field label={t("vendor.payout.account")} required hint={t("vendor.payout.hint")} {...bind("account", 64)} />
      <Field label={t("vendor.payout.bank")} optional={t("optional")} {...bind("bank", 40)} />
    </div>
  );
}

/** What is wrong, by field. The shop judges again. */
export function frontErrors(front: Front, t: (key: "field.required" | "vendor.shop.logo.wrong") => string): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!front.shopName.trim()) errors.shopName = t("field.required");
  if (front.logoUrl.trim() && !/^(https?:\/\/|\/[^/])\S+$/.test(front.logoUrl.trim())) errors.logoUrl = t("vendor.shop.logo.wrong");
  return errors;
}

export function detailsErrors(details: Details, t: (key: "field.required" | "vendor.payout.wrong") => string): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!details.holder.trim()) errors.holder = t("field.required");
  if (!details.account.trim()) errors.account = t("field.required");
  else if (!/^[A-Za-z0-9][A-Za-z0-9 -]{3,63}$/.test(details.account.trim())) errors.account = t("vendor.payout.wrong");
  return errors;
}

/** The front as the API takes it. */
export function frontBody(front: Front) {
  return { shopName: front.shopName.trim(), description: front.description.trim(), logoUrl: front.logoUrl.trim() || null };
}
