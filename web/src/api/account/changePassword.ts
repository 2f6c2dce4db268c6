import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";
import type { Body } from "../types";

/** Changes the password; all other sessions end. */
export function changePassword(body: Body<"change_password">): Promise<void> {
  return call("PUT", "/users/me/password", { body });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changePassword,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}
