import { isProblem } from "@/lib/problem";
import { refresh, settled, token } from "../session";
import { upload } from "../upload";
import { adminKeys } from "./keys";
import type { Import } from "./types";
import { useChange } from "./useChange";

/** What the shop takes, in bytes. */
export const MOST_BYTES = 20_000_000;

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  jsonl: "application/jsonl",
  ndjson: "application/jsonl",
  yaml: "application/yaml",
  yml: "application/yaml",
};

/** The content type that a file's name tells; browsers do not know all of them. */
export function typeOf(name: string): string | undefined {
  return TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""];
}

export interface Sending {
  file: File;
  dryRun: boolean;
  withStock: boolean;
  /** Hears how much of the file is there, 0 to 1. */
  onProgress: (share: number) => void;
}

export async function startImport({ file, dryRun, withStock, onProgress }: Sending): Promise<Import> {
  await settled();
  const send = () =>
    upload<Import>(
      {
        method: "POST",
        url: `/api/imports?dryRun=${dryRun}&withStock=${withStock}`,
        headers: { "Content-Type": typeOf(file.name) ?? file.type, Authorization: `Bearer ${token() ?? ""}` },
      },
      file,
      onProgress,
    );
  try {
    return await send();
  } catch (error) {
    if (!isProblem(error) || error.status !== 401 || !(await refresh())) throw error;
    return send();
  }
}

export function useStartImport() {
  return useChange(startImport, () => [adminKeys.imports]);
}
