// What a customer downloads to see all the shopping pages, from home to the confirmation: JavaScript, gzipped. Fails
// above the budget. What is loaded on a click (menu, zoom) or once somebody signs in does not count, and is listed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = 110_000;
const PAGES = [
  "src/app/main.tsx",
  "src/lib/i18n/de.ts", // one language is loaded; the longest counts
  "src/app/browsing.ts",
  "src/app/buying.ts",
];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function closure(sources) {
  const files = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    (chunk.imports ?? []).forEach(visit);
  };
  for (const source of sources) {
    const key = source === "src/app/main.tsx" ? "index.html" : source;
    if (!manifest[key]) throw new Error(`${source} is not a chunk of its own: is the build up to date?`);
    visit(key);
  }
  return files;
}

const gzipped = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
const sum = (files) => [...files].reduce((total, file) => total + gzipped(file), 0);
const kB = (bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;

const all = closure(PAGES);
for (const file of [...all].map((name) => [gzipped(name), name]).sort((a, b) => b[0] - a[0]).slice(0, 12)) {
  console.log(kB(file[0]), file[1]);
}
const first = sum(closure(PAGES.slice(0, 3)));
console.log(`\n${kB(first)}  to show the home page\n${kB(sum(all))}  all shopping pages together (budget ${kB(BUDGET).trim()})`);
const rest = Object.values(manifest).filter((chunk) => chunk.file.endsWith(".js") && !all.has(chunk.file));
console.log(`${kB(sum(rest.map((chunk) => chunk.file)))}  everything else, on demand`);
process.exit(sum(all) > BUDGET ? 1 : 0);
