import { call } from "../client";
import { adminKeys } from "./keys";
import type { Group, StaffUser } from "./types";
import { useChange } from "./useChange";

const path = (userId: string, what: string) => `/admin/users/${encodeURIComponent(userId)}/${what}`;

/** Keeps somebody out, at once, or lets them in again. */
export function useDisableUser() {
  return useChange(
    ({ userId, disabled }: Pick<StaffUser, "userId" | "disabled">) => call<StaffUser>("POST", path(userId, disabled ? "disable" : "enable")),
    () => [adminKeys.users],
  );
}

export function useRegroupUser() {
  return useChange(
    ({ userId, group, member }: { userId: string; group: Group; member: boolean }) =>
      call<StaffUser>(member ? "PUT" : "DELETE", path(userId, `groups/${group}`)),
    () => [adminKeys.users],
  );
}
