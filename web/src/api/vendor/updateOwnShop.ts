import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { OwnShop, ShopProfile } from "./types";

export function updateOwnShop(body: ShopProfile): Promise<OwnShop> {
  return call("PUT", "/vendor", { body });
}

export function useUpdateOwnShop() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: updateOwnShop,
    onSuccess: (shop) => client.setQueryData(deskKeys.shop, shop),
  });
}
