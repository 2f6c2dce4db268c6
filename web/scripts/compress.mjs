// Lays .br and .gz beside each file of the build that gets smaller by it, so that no server has to compress.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const TEXT = /\.(js|css|svg|json|txt)$/;

for (const name of readdirSync(dist, { recursive: true })) {
  if (!TEXT.test(name) || name.startsWith(".vite")) continue;
  const file = new URL(name, dist);
  const body = readFileSync(file);
  if (body.length < 500) continue;
  const brotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  for (const [suffix, small] of [[".br", brotli], [".gz", gzipSync(body, { level: 9 })]]) {
    if (small.length < body.length * 0.95) writeFileSync(new URL(name + suffix, dist), small);
  }
}
