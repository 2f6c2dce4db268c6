import { useAddresses } from "@/api/account/listAddresses";
import { useSaveAddress } from "@/api/account/saveAddress";
import type { Address, SavedAddress } from "@/api/types";
import { addressErrors, focusFirstError, looksLikeEmail } from "@/lib/forms";
import { useI18n } from "@/lib/i18n/i18n";
import { AddressFields, AddressText, EMPTY_ADDRESS } from "@/ui/AddressFields";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Skeleton } from "@/ui/States";
import { type FormEvent, useState } from "react";
import { Link } from "@/ui/Link";
import type { CheckoutDraft, Keep } from "./useCheckoutDraft";

interface Props {
  draft: CheckoutDraft;
  signedIn: boolean;
  keep: Keep;
  onDone: () => void;
}

export function AddressStep(props: Props) {
  const book = useAddresses();
  if (props.signedIn && book.isLoading) return <Skeleton className="h-64" />;
  return <AddressForm {...props} saved={props.signedIn ? (book.data ?? []) : []} />;
}

AddressStep.Summary = function Summary({ draft }: { draft: CheckoutDraft }) {
  return (
    <>
      <p>{draft.email}</p>
      {draft.address && <AddressText address={draft.address} />}
    </>
  );
};

function AddressForm({ draft, signedIn, keep, onDone, saved }: Props & { saved: readonly SavedAddress[] }) {
  const { t } = useI18n();
  const save = useSaveAddress();
  const proposed = saved.find((entry) => entry.isDefault) ?? saved[0];
  const [address, setAddress] = useState<Address>(draft.address ?? (proposed ? bare(proposed) : EMPTY_ADDRESS));
  const [picked, pick] = useState(() => (draft.address ? same(saved, draft.address) : (proposed?.addressId ?? "new")));
  const [email, setEmail] = useState(draft.email);
  const [remember, setRemember] = useState(true);
  const [errors, setErrors] = useState<Record<string, string>>({});

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const found = addressErrors(address, t);
    if (!signedIn && !looksLikeEmail(email)) found.email = t("field.email");
    setErrors(found);
    if (Object.keys(found).length > 0) return focusFirstError(event.currentTarget);
    if (signedIn && picked === "new" && remember) save.mutate({ body: { ...address, isDefault: saved.length === 0 } });
    keep({ address, email });
    onDone();
  }

  return (
    <form noValidate onSubmit={submit} className="grid gap-5">
      {!signedIn && (
        <>
          <p className="text-sm text-muted">
            {t("checkout.haveAccount")}{" "}
            <Link to="/signin?next=/checkout" className="font-semibold text-brand underline underline-offset-4">
              {t("signIn")}
            </Link>
          </p>
          <Field
            label={t("field.emailAddress")}
            hint={t("checkout.email.hint")}
            type="email"
            name="email"
            autoComplete="email"
            required
            maxLength={254}
            value={email}
            error={errors.email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </>
      )}
      {saved.length > 0 && (
        <fieldset className="grid gap-3 sm:grid-cols-2">
          <legend className="sr-only">{t("account.addresses")}</legend>
          {[...saved, null].map((entry) => (
            <label
              key={entry?.addressId ?? "new"}
              className="flex gap-3 rounded-2xl border-[1.5px] border-line p-4 text-sm has-checked:border-ink has-checked:bg-sunken has-focus-visible:outline-3 has-focus-visible:outline-focus"
            >
              <input
                type="radio"
                name="address"
                className="mt-1 size-4 shrink-0 self-start accent-brand"
                checked={picked === (entry?.addressId ?? "new")}
                onChange={() => {
                  pick(entry?.addressId ?? "new");
                  setAddress(entry ? bare(entry) : EMPTY_ADDRESS);
                  setErrors({});
                }}
              />
              {entry ? <AddressText address={entry} /> : <span className="font-semibold">{t("address.new")}</span>}
            </label>
          ))}
        </fieldset>
      )}
      {picked === "new" && (
        <>
          <AddressFields value={address} errors={errors} onChange={setAddress} />
          {signedIn && (
            <label className="flex min-h-11 items-center gap-3">
              <input type="checkbox" className="size-5 accent-brand" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
              {t("address.remember")}
            </label>
          )}
        </>
      )}
      <Button type="submit" className="justify-self-start">
        {t("checkout.toShipping")}
      </Button>
    </form>
  );
}

function bare({ addressId: _id, isDefault: _default, ...address }: SavedAddress): Address {
  return address;
}

function same(saved: readonly SavedAddress[], address: Address): string {
  const text = (entry: Address) => JSON.stringify([entry.name, entry.line1, entry.city, entry.postalCode, entry.country]);
  return saved.find((entry) => text(entry) === text(address))?.addressId ?? "new";
}
