import { cx } from "@/lib/cx";
import { type CSSProperties, memo } from "react";
import drawings from "./art.svg?url";
import { colourNamed } from "../colours";
import { colourFor, hash } from "./palette";

// What a product is, by a word of its name: the drawing of that id in art.svg, and what it is usually made of. The
// first that fits counts; else its category does. The drawings are a file of their own, so that they weigh nothing in the code and are kept for long.
const DRAWINGS: readonly (readonly [word: RegExp, drawing: string, colour?: string])[] = [
  [/headphone|earphone|earbud|headset/, "headphones"],
  [/speaker|sound|radio|subwoofer/, "speaker"],
  [/lamp|light\b|lantern/, "lamp"],
  [/power|charger|battery/, "power-bank"],
  [/keyboard|keypad/, "keyboard"],
  [/wall clock/, "wall-clock"],
  [/clock|watch|timer/, "alarm-clock"],
  [/jacket|coat|parka|anorak|hoodie/, "jacket"],
  [/t-shirt|tee\b|top\b/, "tee"],
  [/shirt|blouse|jumper|sweater|cardigan|pullover/, "shirt"],
  [/sock/, "socks"],
  [/\bcap\b|hat|beanie/, "cap", "#7d7a4a"],
  [/scarf|shawl|wrap/, "scarf"],
  [/notebook|journal|diary|planner/, "notebook"],
  [/mug|cup\b|tumbler|teapot/, "mug"],
  [/board|tray/, "board", "#b98a5a"],
  [/bedding|pillow|cushion|duvet|blanket|throw|towel|sheet/, "bedding", "#d6c7ad"],
  [/candle/, "candle", "#e0ae4c"],
  [/pot\b|planter|plant/, "pot", "#c8704d"],
  [/vase|bowl|plate|jug|carafe|bottle/, "vase"],
];

const CATEGORIES: Readonly<Record<string, readonly [tint: string, drawing: string]>> = {
  electronics: ["sky", "device"],
  clothing: ["rose", "tee"],
  books: ["butter", "book"],
  home: ["mint", "vase"],
};

const TINTS: readonly (readonly [tint: string, drawings: string])[] = [
  ["rose", "jacket tee shirt socks cap scarf"],
  ["mint", "mug board bedding candle pot vase wall-clock"],
  ["butter", "notebook book"],
];

interface Props {
  name: string;
  category?: string | undefined;
  /** The value of the colour option, where the product has one. */
  colour?: string | undefined;
  /** 0 the whole thing, 1 close up, 2 in a pattern. */
  view?: number | undefined;
  className?: string;
}

/** A drawn picture of a product that has no photograph: the same one for the same product, everywhere. */
export default memo(function ProductArt({ name, category = "", colour, view = 0, className }: Props) {
  const seed = hash(name);
  const [drawing, usual] = drawingOf(name, category);
  const tint = CATEGORIES[category]?.[0] ?? TINTS.find(([, ids]) => ids.split(" ").includes(drawing))?.[0] ?? "sky";
  const body = colourNamed(colour) ?? usual ?? colourFor(seed);
  const picture = drawing === "book" ? <Book title={name} cover={seed % 4} /> : <use href={`${drawings}#${drawing}`} />;
  return (
    <svg
      viewBox="0 0 240 240"
      className={cx("art", className)}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      style={{ "--a": body } as CSSProperties}
    >
      <rect width="240" height="240" fill={`var(--${tint})`} />
      <circle cx={70 + (seed % 100)} cy={70 + ((seed >> 7) % 90)} r={view === 1 ? 130 : 84 + (seed % 20)} fill={`var(--${tint}-2)`} />
      {view === 2 ? (
        <g transform="translate(18 16) scale(.42)">
          {[0, 1, 2, 3].map((cell) => (
            <g key={cell} transform={`translate(${(cell % 2) * 246} ${cell > 1 ? 246 : 0})`}>
              {picture}
            </g>
          ))}
        </g>
      ) : (
        <g transform={view === 1 ? "translate(-110 -96) scale(1.95)" : undefined}>
          <ellipse cx="120" cy="198" rx="82" ry="8" fill="#14162b" opacity=".13" />
          {picture}
        </g>
      )}
    </svg>
  );
});

function drawingOf(name: string, category: string): readonly [drawing: string, colour?: string] {
  const known = DRAWINGS.find(([word]) => word.test(name.toLowerCase()));
  // A book's title may name anything; only an empty one looks like what it is.
  if (category === "books") return [known?.[1] === "notebook" ? "notebook" : "book"];
  // Carts and orders do not tell the category: what has no drawing gets its name on a cover.
  return known ? [known[1], known[2]] : [CATEGORIES[category]?.[1] ?? "book"];
}

/** A cover with its title on it. */
function Book({ title, cover }: { title: string; cover: number }) {
  return (
    <>
      <use href={`${drawings}#book-${cover}`} />
      <g transform="rotate(-5 120 120)" fill="#fffaf0" className="font-display" fontWeight="700" fontSize="13.5">
        {lines(title).map((line, index) => (
          <text key={index} x="86" y={64 + index * 17}>
            {line}
          </text>
        ))}
      </g>
    </>
  );
}

function lines(title: string): string[] {
  const found: string[] = [];
  for (const word of title.split(/\s+/)) {
    const last = found[found.length - 1];
    if (last !== undefined && `${last} ${word}`.length <= 11) found[found.length - 1] = `${last} ${word}`;
    else found.push(word.length > 11 ? `${word.slice(0, 10)}-` : word);
  }
  return found.slice(0, 4);
}
