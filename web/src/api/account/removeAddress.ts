import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";

export function removeAddress(addressId: string): Promise<void> {
  return call("DELETE", `/users/me/addresses/${encodeURIComponent(addressId)}`);
}

export function useRemoveAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: removeAddress,
    onSettled: () => client.invalidateQueries({ queryKey: keys.addresses }),
  });
}
