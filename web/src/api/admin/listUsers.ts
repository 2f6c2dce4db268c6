import { adminKeys } from "./keys";
import type { StaffUser } from "./types";
import { useList } from "./useList";

/** Users, the newest first; or those whose address (with an @) or name begins like that. */
export function useUsers(text: string) {
  const [email, name] = text.includes("@") ? [text, ""] : ["", text];
  return useList<StaffUser>(adminKeys.users, "/admin/users", { email, name });
}
