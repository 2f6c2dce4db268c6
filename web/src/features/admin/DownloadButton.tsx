import { saveFile } from "@/lib/saveFile";
import { Button } from "@/ui/Button";
import { useState } from "react";
import { useAct } from "./useAct";

interface Props {
  /** What the file is called on the disk. */
  file: string;
  fetchFile: () => Promise<Blob>;
  label?: string;
  children: string;
}

/** Saves what only a token opens. */
export function DownloadButton({ file, fetchFile, label, children }: Props) {
  const act = useAct();
  const [busy, setBusy] = useState(false);
  async function save() {
    setBusy(true);
    await act(fetchFile().then((content) => saveFile(content, file)));
    setBusy(false);
  }
  return (
    <Button look="plain" size="small" busy={busy} aria-label={label} onClick={() => void save()}>
      {children}
    </Button>
  );
}
