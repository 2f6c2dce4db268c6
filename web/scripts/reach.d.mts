/** The files of `src` that are loaded with the entries, by imports that are neither lazy nor of types only. */
export function reach(src: string, entries: readonly string[]): Set<string>;
