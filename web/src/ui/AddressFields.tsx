import type { Address } from "@/api/types";
import { useI18n } from "@/lib/i18n/i18n";
import { useMemo } from "react";
import { Field, Select } from "./Field";

// ISO 3166-1 alpha-2, as far as parcels go; their names come from Intl.
const COUNTRIES =
  "AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IN IS IT JP LI LT LU LV MT MX NL NO NZ PL PT RO SE SG SI SK TR US ZA".split(" ");

export type AddressErrors = Partial<Record<keyof Address, string>>;

export const EMPTY_ADDRESS: Address = { name: "", line1: "", line2: "", city: "", region: "", postalCode: "", country: "", phone: "" };

interface Props {
  value: Address;
  errors: AddressErrors;
  onChange: (address: Address) => void;
}

/** The fields of an address, with what browsers fill in for each. */
export function AddressFields({ value, errors, onChange }: Props) {
  const { t, lang } = useI18n();
  const countries = useMemo(() => {
    const names = new Intl.DisplayNames(lang, { type: "region" });
    return COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) => a.name.localeCompare(b.name, lang));
  }, [lang]);
  const bind = (name: keyof Address, autoComplete: string, most: number) => ({
    name,
    autoComplete: `shipping ${autoComplete}`,
    maxLength: most,
    value: value[name] ?? "",
    error: errors[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...value, [name]: event.target.value }),
  });
  return (
    <div className="grid gap-4 sm:grid-cols-6">
      <Field className="sm:col-span-6" label={t("address.name")} required {...bind("name", "name", 200)} />
      <Field className="sm:col-span-6" label={t("address.line1")} required {...bind("line1", "address-line1", 200)} />
      <Field className="sm:col-span-6" label={t("address.line2")} optional={t("optional")} {...bind("line2", "address-line2", 200)} />
      <Field className="sm:col-span-2" label={t("address.postalCode")} {...bind("postalCode", "postal-code", 20)} />
      <Field className="sm:col-span-4" label={t("address.city")} required {...bind("city", "address-level2", 100)} />
      <Field className="sm:col-span-3" label={t("address.region")} optional={t("optional")} {...bind("region", "address-level1", 100)} />
      <Select className="sm:col-span-3" label={t("address.country")} required {...bind("country", "country", 2)}>
        <option value="">{t("address.country.choose")}</option>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Select>
      <Field className="sm:col-span-6" type="tel" label={t("address.phone")} optional={t("optional")} {...bind("phone", "tel", 40)} />
    </div>
  );
}

export function AddressText({ address }: { address: Address }) {
  const { lang } = useI18n();
  const country = new Intl.DisplayNames(lang, { type: "region" }).of(address.country);
  const lines = [address.name, address.line1, address.line2, [address.postalCode, address.city].filter(Boolean).join(" "), address.region, country];
  return (
    <address className="not-italic">
      {lines.filter(Boolean).map((line) => (
        <span key={line} className="block">
          {line}
        </span>
      ))}
    </address>
  );
}
