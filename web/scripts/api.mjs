// Writes src/api/schema.d.ts and src/api/capabilities.ts from the committed OpenAPI document; with --check it only
// compares. Another document may be named: npm run api -- /path/to/openapi.json
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const args = process.argv.slice(2);
const check = args.includes("--check");
const root = new URL("..", import.meta.url);
const source = args.find((arg) => !arg.startsWith("--"));
const document = JSON.parse(
  readFileSync(source ?? new URL("../docs/reference/openapi.json", root), "utf8"),
);

const head = "// Made by `npm run api` from docs/reference/openapi.json. Do not edit.\n\n";
const has = (path) => Object.keys(document.paths).includes(path);
const files = {
  "src/api/schema.d.ts": head + astToString(await openapiTS(document)),
  "src/api/capabilities.ts": `${head}/** What this version of the API can do; pages hide what it cannot. */
export const capabilities = {
  search: ${has("/api/search")},
  suggestions: ${has("/api/search/suggestions")},
  trending: ${has("/api/products/trending")},
  sellers: ${has("/api/vendors/{vendorId}")},
  events: ${has("/api/events")},
  exportMe: ${has("/api/users/me/export")},
};
`,
};

let outdated = false;
for (const [path, text] of Object.entries(files)) {
  const file = new URL(path, root);
  if (!check) {
    writeFileSync(file, text);
  } else if (readFileSync(file, "utf8") !== text) {
    console.error(`${path} differs from the OpenAPI document: run npm run api.`);
    outdated = true;
  }
}
process.exit(outdated ? 1 : 0);
