import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { adminKeys } from "./keys";

/** Something that the staff does: whatever becomes of it, these lists are read again, and the audit log. */
export function useChange<In, Out>(run: (given: In) => Promise<Out>, changed: (given: In) => readonly QueryKey[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: (_out, _error, given) =>
      Promise.all([...changed(given), adminKeys.audit].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
