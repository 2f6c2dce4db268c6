import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client";
import { keys } from "../queries";

/** Signs one device out. */
export function endSession(sessionId: string): Promise<void> {
  return call("DELETE", `/users/me/sessions/${encodeURIComponent(sessionId)}`);
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: endSession,
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}
