import { useI18n } from "@/lib/i18n/i18n";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { OptionText } from "@/ui/OptionText";
import { useState } from "react";
import { combinations, type Draft, type Errors, keyOf, MOST_OPTIONS, type Option, type Row, rowOf } from "./draft";

interface Props {
  draft: Draft;
  errors: Errors;
  currency: string;
  onChange: (change: Partial<Draft>) => void;
}

/** In which options the product comes, and what each combination costs. */
export function VariantFields({ draft, errors, currency, onChange }: Props) {
  const { t } = useI18n();
  const made = combinations(draft.options);
  const set = (key: string, row: Row) => onChange({ rows: { ...draft.rows, [key]: row } });
  const wrong = errors.options;
  return (
    <div className="grid gap-6">
      <Options options={draft.options} onChange={(options) => onChange({ options })} />
      {wrong && (
        <p role="alert" className="text-sm font-medium text-bad">
          {t(`vendor.wrong.${wrong}`)}
        </p>
      )}
      <ul className="grid gap-4">
        {made.map((options) => {
          const key = keyOf(options);
          return (
            <li key={key}>
              <VariantRow options={options} row={rowOf(draft, options)} errors={errors} currency={currency} several={made.length > 1} onChange={(row) => set(key, row)} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Options({ options, onChange }: { options: readonly Option[]; onChange: (options: Option[]) => void }) {
  const { t } = useI18n();
  const change = (index: number, option: Option) => onChange(options.map((other, at) => (at === index ? option : other)));
  return (
    <div className="grid gap-4">
      {options.map((option, index) => (
        <div key={index} role="group" aria-label={t("vendor.option", { number: index + 1 })} className="grid items-start gap-3 sm:grid-cols-[12rem_1fr_auto]">
          <Field
            label={t("vendor.option.name")}
            hint={index === 0 ? t("vendor.option.name.hint") : undefined}
            maxLength={100}
            value={option.name}
            onChange={(event) => change(index, { ...option, name: event.target.value })}
          />
          <Values option={option} onChange={(values) => change(index, { ...option, values })} />
          <Button look="quiet" className="sm:mt-[1.65rem]" onClick={() => onChange(options.filter((other) => other !== option))}>
            <Icon name="bin" className="size-4" /> {t("cart.remove.short")} <span className="sr-only">{option.name}</span>
          </Button>
        </div>
      ))}
      {options.length < MOST_OPTIONS && (
        <div>
          <Button look="plain" size="small" onClick={() => onChange([...options, { name: "", values: [] }])}>
            <Icon name="plus" className="size-4" /> {t("vendor.option.add")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The values of an option, typed with commas between them. */
function Values({ option, onChange }: { option: Option; onChange: (values: string[]) => void }) {
  const { t } = useI18n();
  const [text, setText] = useState(option.values.join(", "));
  return (
    <Field
      label={t("vendor.option.values")}
      hint={t("vendor.option.values.hint")}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        const values = event.target.value.split(",").map((value) => value.trim().slice(0, 100));
        onChange([...new Set(values.filter(Boolean))]);
      }}
    />
  );
}

interface RowProps {
  options: Record<string, string>;
  row: Row;
  errors: Errors;
  currency: string;
  several: boolean;
  onChange: (row: Row) => void;
}

function VariantRow({ options, row, errors, currency, several, onChange }: RowProps) {
  const { t } = useI18n();
  const key = keyOf(options);
  const name = Object.values(options).join(" ");
  const bind = (field: "price" | "compareAt" | "sku" | "stock" | "weight") => {
    const wrong = errors[`${key}.${field}`];
    return {
      value: row[field],
      error: wrong && (wrong === "required" ? t("field.required") : t(`vendor.wrong.${wrong}`)),
      autoComplete: "off",
      onChange: (event: { target: { value: string } }) => onChange({ ...row, [field]: event.target.value }),
    };
  };
  return (
    <div role="group" aria-label={name || t("vendor.product")} className={cx("grid gap-3", several && "rounded-xl border border-line p-4", row.off && "bg-sunken")}>
      {several && (
        <div className="flex items-center justify-between gap-3">
          <OptionText options={options} />
          <Button look="quiet" size="small" onClick={() => onChange({ ...row, off: !row.off })}>
            {t(row.off ? "vendor.variant.offer" : "vendor.variant.leave")} <span className="sr-only">{name}</span>
          </Button>
        </div>
      )}
      {!row.off && (
        <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-3 lg:grid-cols-5">
          <Field label={t("vendor.price.in", { currency })} required inputMode="decimal" {...bind("price")} />
          <Field label={t("vendor.compareAt")} inputMode="decimal" {...bind("compareAt")} />
          <Field label={t("vendor.units")} required inputMode="numeric" {...bind("stock")} />
          <Field label={t("vendor.sku.label")} maxLength={100} {...bind("sku")} />
          <Field label={t("vendor.weight")} inputMode="numeric" {...bind("weight")} />
        </div>
      )}
    </div>
  );
}
