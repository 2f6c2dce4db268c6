import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { deskKeys } from "./keys";
import type { Application, OwnShop } from "./types";

export function applyAsVendor(body: Application): Promise<OwnShop> {
  return call("POST", "/vendor", { body });
}

export function useApplyAsVendor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: applyAsVendor,
    onSuccess: (shop) => client.setQueryData(deskKeys.shop, shop),
  });
}
