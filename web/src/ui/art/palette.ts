const DRAWN = ["#e2573a", "#3656b0", "#23825f", "#e0a02a", "#7c55bd", "#2f6f8f", "#cf6288", "#414a73"];

/** A number from a text: the same for the same text, everywhere and always (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/** What something is drawn with that comes in no colour of its own. */
export function colourFor(seed: number): string {
  return DRAWN[seed % DRAWN.length] ?? "#e2573a";
}
