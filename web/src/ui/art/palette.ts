/** The colours that one picture is drawn with. */
export interface Palette {
  /** The body, its shadow side, its light side, and what is darkest. */
  a: string;
  b: string;
  c: string;
  k: string;
}

/** The colours that products come in, by the name of the option's value. */
const NAMED: Readonly<Record<string, string>> = {
  black: "#2b2d3a", ink: "#262c4a", graphite: "#4a4d5c", slate: "#5d6b7c", grey: "#8d93a3", stone: "#a9a49a",
  white: "#f4f1ea", oat: "#e4d5b7", sand: "#dcc39a", cream: "#f1e4c6", ochre: "#d29a2c", yellow: "#efc23c",
  rust: "#b6552f", red: "#d1402f", terracotta: "#c8704d", brown: "#80563b", pink: "#e28ba4", heather: "#a58bb0",
  purple: "#7a57b5", navy: "#28396f", blue: "#3d69c4", fjord: "#3f7f99", teal: "#22807d", sky: "#8db9e0",
  moss: "#6d7f4a", kelp: "#4d6a4f", pine: "#2c5c4b", green: "#3d8a5d", olive: "#7d7a3c", orange: "#e2762f",
};

const DRAWN = ["#e2573a", "#3656b0", "#23825f", "#e0a02a", "#7c55bd", "#2f6f8f", "#cf6288", "#414a73"];

export function colourNamed(name: string | undefined): string | undefined {
  return name === undefined ? undefined : NAMED[name.trim().toLowerCase()];
}

/** A number from a text: the same for the same text, everywhere and always (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

export function paletteFor(seed: number, colour?: string): Palette {
  const a = colour ?? DRAWN[seed % DRAWN.length] ?? "#e2573a";
  return { a, b: mix(a, "#14162b", 0.28), c: mix(a, "#ffffff", 0.5), k: mix(a, "#14162b", 0.78) };
}

function mix(from: string, to: string, share: number): string {
  const channel = (at: number) => {
    const [x, y] = [from, to].map((hex) => Number.parseInt(hex.slice(at, at + 2), 16));
    return Math.round((x ?? 0) * (1 - share) + (y ?? 0) * share).toString(16).padStart(2, "0");
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
