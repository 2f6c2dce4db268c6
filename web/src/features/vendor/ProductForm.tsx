import { useCategories } from "@/api/catalogue/listCategories";
import type { Product } from "@/api/types";
import { editVendorProducts } from "@/api/vendor/editVendorProducts";
import { useSaveProduct } from "@/api/vendor/saveProduct";
import { useErrorText } from "@/lib/errorText";
import { focusFirstError } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { isProblem } from "@/lib/problem";
import { toast } from "@/lib/toasts";
import { Button, ButtonLink } from "@/ui/Button";
import { Field, Select } from "@/ui/Field";
import { Panel } from "@/ui/Panel";
import { Notice } from "@/ui/States";
import { useId, useState } from "react";
import { useNavigate } from "react-router";
import { bodyOf, type Draft, draftOf, EMPTY, type Errors, errorsOf, stockEdits } from "./draft";
import { PictureFields } from "./PictureFields";
import { TextArea } from "@/ui/TextArea";
import { usePictures } from "./usePictures";
import { VariantFields } from "./VariantFields";

const STATUSES: readonly Product["status"][] = ["active", "draft", "archived"];

/** Everything that can be said of a product, saved together. */
export function ProductForm({ product, currency }: { product?: Product; currency: string }) {
  const { t } = useI18n();
  const text = useErrorText();
  const navigate = useNavigate();
  const save = useSaveProduct();
  const [draft, setDraft] = useState<Draft>(() => (product ? draftOf(product) : EMPTY));
  const [errors, setErrors] = useState<Errors>({});
  const change = (values: Partial<Draft>) => setDraft((before) => ({ ...before, ...values }));
  const pictures = usePictures((shot) => setDraft((before) => ({ ...before, images: [...before.images, shot] })));

  async function submit(form: HTMLFormElement) {
    const wrong = errorsOf(draft, currency);
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) {
      focusFirstError(form);
      return;
    }
    const units = stockEdits(draft, product);
    const saved = await save.mutateAsync({ productId: product?.productId, body: bodyOf(draft, currency, product) }).catch(() => null); // told in the form
    if (!saved) return;
    const results = units.length > 0 ? await editVendorProducts(units).catch(() => null) : [];
    const done = results?.every((row) => row.done) ?? false;
    toast(t(done ? "vendor.product.saved" : "vendor.product.unitsLeft", { name: saved.name }), { kind: done ? "done" : "error" });
    void navigate("/vendor/products");
  }

  return (
    <form
      noValidate
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending && !pictures.busy) void submit(event.currentTarget);
      }}
    >
      <Basics draft={draft} errors={errors} onChange={change} />
      <Panel title={t("vendor.pictures")} text={t("vendor.pictures.text")}>
        <PictureFields shots={draft.images} pictures={pictures} name={draft.name} onChange={(images) => change({ images })} />
      </Panel>
      <Panel title={t("vendor.selling")} text={t("vendor.selling.text")}>
        <VariantFields draft={draft} errors={errors} currency={currency} onChange={change} />
      </Panel>
      {save.error ? (
        <Notice tone="bad">{isProblem(save.error, "outdated") ? t("vendor.product.outdated") : text(save.error)}</Notice>
      ) : null}
      {Object.keys(errors).length > 0 && <Notice tone="bad">{t("vendor.product.check")}</Notice>}
      <div className="flex flex-wrap justify-end gap-3">
        <ButtonLink look="quiet" to="/vendor/products">
          {t("vendor.product.back")}
        </ButtonLink>
        <Button type="submit" busy={save.isPending || pictures.busy}>
          {t(pictures.busy ? "vendor.pictures.wait" : "save")}
        </Button>
      </div>
    </form>
  );
}

function Basics({ draft, errors, onChange }: { draft: Draft; errors: Errors; onChange: (values: Partial<Draft>) => void }) {
  const { t, maybe } = useI18n();
  const list = useId();
  const categories = useCategories();
  return (
    <Panel title={t("vendor.basics")}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          className="sm:col-span-2"
          label={t("vendor.name")}
          required
          maxLength={200}
          value={draft.name}
          error={errors.name && t("field.required")}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <TextArea
          className="sm:col-span-2"
          label={t("vendor.description")}
          maxLength={20_000}
          rows={6}
          value={draft.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
        <Field
          label={t("vendor.category")}
          hint={t("vendor.category.hint")}
          maxLength={100}
          list={list}
          value={draft.category}
          onChange={(event) => onChange({ category: event.target.value })}
        />
        <datalist id={list}>
          {categories.data?.map(({ category, name }) => (
            <option key={category} value={name}>
              {maybe(`category.${category}`) ?? name}
            </option>
          ))}
        </datalist>
        <Field label={t("vendor.brand")} maxLength={100} value={draft.brand} onChange={(event) => onChange({ brand: event.target.value })} />
        <Select
          label={t("vendor.status")}
          hint={t(`vendor.status.${draft.status}.text`)}
          value={draft.status}
          onChange={(event) => onChange({ status: event.target.value as Draft["status"] })}
        >
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`vendor.status.${status}`)}
            </option>
          ))}
        </Select>
      </div>
    </Panel>
  );
}
