import { useAddresses } from "@/api/account/listAddresses";
import { useRemoveAddress } from "@/api/account/removeAddress";
import { useSaveAddress } from "@/api/account/saveAddress";
import type { AddressBody, SavedAddress } from "@/api/types";
import { addressErrors } from "@/lib/forms";
import { useErrorText } from "@/lib/errorText";
import { useI18n } from "@/lib/i18n/i18n";
import { toast } from "@/lib/toasts";
import { useTitle } from "@/lib/useTitle";
import { AddressFields, AddressText, EMPTY_ADDRESS } from "@/ui/AddressFields";
import { Button } from "@/ui/Button";
import { Form } from "@/ui/Form";
import Sheet from "@/ui/Sheet";
import { Badge, Empty, Failed, Loading, Skeleton } from "@/ui/States";
import { useState } from "react";

export default function AddressesPage() {
  const { t } = useI18n();
  useTitle(t("account.addresses"));
  const book = useAddresses();
  const [edited, edit] = useState<SavedAddress | "new" | null>(null);
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-2xl">{t("account.addresses")}</h2>
        <Button look="plain" onClick={() => edit("new")}>
          {t("address.add")}
        </Button>
      </div>
      {book.isPending && (
        <Loading>
          <Skeleton className="h-44 rounded-card" />
        </Loading>
      )}
      {book.isError && <Failed error={book.error} retry={() => void book.refetch()} />}
      {book.data?.length === 0 && <Empty icon="truck" title={t("address.none")} text={t("address.none.text")} />}
      <ul className="grid gap-4 sm:grid-cols-2">
        {book.data?.map((entry) => (
          <li key={entry.addressId} className="card grid content-between gap-4 p-6">
            <div className="flex items-start justify-between gap-3">
              <AddressText address={entry} />
              {entry.isDefault && <Badge>{t("address.default")}</Badge>}
            </div>
            <Actions entry={entry} onEdit={() => edit(entry)} />
          </li>
        ))}
      </ul>
      <Sheet title={t(edited === "new" ? "address.add" : "address.edit")} open={edited !== null} onClose={() => edit(null)}>
        {edited && <Editor entry={edited === "new" ? null : edited} onDone={() => edit(null)} />}
      </Sheet>
    </>
  );
}

function Actions({ entry, onEdit }: { entry: SavedAddress; onEdit: () => void }) {
  const { t } = useI18n();
  const text = useErrorText();
  const remove = useRemoveAddress();
  const save = useSaveAddress();
  const { addressId, ...body } = entry;
  const onError = (error: unknown) => toast(text(error), { kind: "error" });
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" look="plain" onClick={onEdit}>
        {t("edit")} <span className="sr-only">{entry.line1}</span>
      </Button>
      {!entry.isDefault && (
        <Button size="small" look="quiet" busy={save.isPending} onClick={() => save.mutate({ addressId, body: { ...body, isDefault: true } }, { onError })}>
          {t("address.makeDefault")} <span className="sr-only">{entry.line1}</span>
        </Button>
      )}
      <Button size="small" look="quiet" busy={remove.isPending} onClick={() => remove.mutate(addressId, { onError })}>
        {t("cart.remove.short")} <span className="sr-only">{entry.line1}</span>
      </Button>
    </div>
  );
}

function Editor({ entry, onDone }: { entry: SavedAddress | null; onDone: () => void }) {
  const { t } = useI18n();
  const save = useSaveAddress();
  const [body, setBody] = useState<AddressBody>(() => {
    if (!entry) return { ...EMPTY_ADDRESS, isDefault: false };
    const { addressId: _id, ...rest } = entry;
    return rest;
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  return (
    <Form
      action={t("save")}
      busy={save.isPending}
      error={save.error}
      onErrors={setErrors}
      check={() => addressErrors({ ...body, isDefault: undefined }, t)}
      onSubmit={() =>
        save.mutate(
          { addressId: entry?.addressId, body },
          {
            onSuccess: () => {
              toast(t("saved"));
              onDone();
            },
          },
        )
      }
    >
      <AddressFields value={body} errors={errors} onChange={(address) => setBody({ ...body, ...address })} />
    </Form>
  );
}
