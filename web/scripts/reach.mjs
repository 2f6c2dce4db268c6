// Which files of src are loaded with some of them: by imports that are not lazy and not of types only.
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORT = /^(?:import|export)\s+(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const ENDINGS = ["", ".ts", ".tsx"];

export function reach(src, entries) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    if (!/\.tsx?$/.test(file)) return;
    for (const [, name] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const path = name.startsWith("@/") ? join(src, name.slice(2)) : name.startsWith(".") ? join(dirname(file), name) : null;
      const target = path && ENDINGS.map((ending) => path + ending).find((one) => existsSync(one) && statSync(one).isFile());
      if (target) visit(target);
    }
  };
  entries.forEach((entry) => visit(join(src, entry)));
  return found;
}
