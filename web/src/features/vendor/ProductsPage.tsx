import { useVendorProducts } from "@/api/vendor/listVendorProducts";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useDebounced } from "@/lib/useDebounced";
import { useTitle } from "@/lib/useTitle";
import { Button, ButtonLink } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { MoreButton } from "@/ui/MoreButton";
import { Empty, Failed, Loading, Notice, Skeleton } from "@/ui/States";
import { useState } from "react";
import { ProductTable } from "./ProductTable";
import { type BulkEdit, useBulkEdit } from "./useBulkEdit";

export default function ProductsPage() {
  const { t } = useI18n();
  useTitle(t("vendor.products"));
  const [q, setQ] = useState("");
  const products = useVendorProducts(useDebounced(q.trim(), 400));
  const [editing, setEditing] = useState(false);
  const bulk = useBulkEdit();
  const shown = products.data?.pages.flatMap((page) => page.body);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-2xl">{t("vendor.products")}</h2>
        <div className="flex flex-wrap gap-2">
          {!editing && shown && shown.length > 0 && (
            <Button look="plain" onClick={() => setEditing(true)}>
              {t("vendor.bulk.begin")}
            </Button>
          )}
          <ButtonLink to="/vendor/products/new">
            <Icon name="plus" /> {t("vendor.product.new")}
          </ButtonLink>
        </div>
      </div>
      <Field
        type="search"
        className="mb-6 max-w-md"
        label={t("vendor.products.search")}
        hint={t("vendor.products.search.hint")}
        autoComplete="off"
        maxLength={100}
        value={q}
        onChange={(event) => setQ(event.target.value)}
      />
      {products.isPending && (
        <Loading className="grid gap-2">
          {[0, 1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="h-20 rounded-xl" />
          ))}
        </Loading>
      )}
      {products.isError && !shown && <Failed error={products.error} retry={() => void products.refetch()} />}
      {shown?.length === 0 && <Nothing searched={q.trim() !== ""} />}
      {shown && shown.length > 0 && <ProductTable products={shown} bulk={editing ? bulk : null} />}
      <MoreButton list={products} />
      {editing && <BulkBar bulk={bulk} onEnd={() => setEditing(false)} />}
    </>
  );
}

function Nothing({ searched }: { searched: boolean }) {
  const { t } = useI18n();
  if (searched) return <Empty icon="search" title={t("vendor.products.none")} text={t("vendor.products.none.text")} />;
  return (
    <Empty title={t("vendor.products.empty")} text={t("vendor.products.empty.text")}>
      <ButtonLink to="/vendor/products/new">{t("vendor.product.new")}</ButtonLink>
    </Empty>
  );
}

/** What was changed, and what becomes of it; stays in sight. */
function BulkBar({ bulk, onEnd }: { bulk: BulkEdit; onEnd: () => void }) {
  const { t } = useI18n();
  const text = useErrorText();
  async function save() {
    const wanted = bulk.count;
    const done = await bulk.save();
    if (done > 0) toast(t("vendor.bulk.done", { count: done }));
    if (done === wanted) onEnd();
  }
  return (
    <div role="region" aria-label={t("vendor.bulk.begin")} className="sticky bottom-4 z-20 mt-8 grid gap-3 rounded-card border border-line bg-surface p-4 shadow-float">
      {bulk.failed ? <Notice tone="bad">{text(bulk.failed)}</Notice> : null}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="font-semibold">
          {bulk.count === 0 ? t("vendor.bulk.nothing") : t("vendor.bulk.changes", { count: bulk.count })}
        </p>
        <div className="flex flex-wrap gap-2">
          <Button
            look="plain"
            onClick={() => {
              bulk.discard();
              onEnd();
            }}
          >
            {t(bulk.count === 0 ? "vendor.bulk.end" : "vendor.bulk.discard")}
          </Button>
          {bulk.count > 0 && (
            <Button busy={bulk.busy} onClick={() => void save()}>
              {t("save")}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
