import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { AddressBody, SavedAddress } from "../types";

export interface AddressEdit {
  /** Of the address to replace; a new one without. */
  addressId?: string;
  body: AddressBody;
}

export function saveAddress({ addressId, body }: AddressEdit): Promise<SavedAddress> {
  return addressId
    ? call("PUT", `/users/me/addresses/${encodeURIComponent(addressId)}`, { body })
    : call("POST", "/users/me/addresses", { body });
}

export function useSaveAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: saveAddress,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.addresses }),
  });
}
