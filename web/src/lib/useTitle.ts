import { useEffect } from "react";

/** The document's title while this page is shown. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = title.includes("Cartwheel") ? title : `${title} · Cartwheel`;
  }, [title]);
}
