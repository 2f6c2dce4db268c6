import { useMutation } from "@tanstack/react-query";
import { call } from "../client";

/** All that the shop knows of who is signed in, as a zip file. */
export function exportMe(): Promise<Blob> {
  return call<Blob>("GET", "/users/me/export", { expects: "file" });
}

export function useExportMe() {
  return useMutation({ mutationFn: exportMe });
}
