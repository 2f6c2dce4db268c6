import { useQuery } from "@tanstack/react-query";
import { call } from "../client";
import { adminKeys } from "./keys";
import type { System } from "./types";

/** Of what the shop is made, and how its parts are: asked again every 15 seconds. */
export function useSystem() {
  return useQuery({
    queryKey: adminKeys.system,
    queryFn: ({ signal }) => call<System>("GET", "/system", { signal }),
    refetchInterval: 15_000,
  });
}
