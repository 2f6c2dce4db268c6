import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import importX from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import { readdirSync } from "node:fs";
import tseslint from "typescript-eslint";

const features = readdirSync("src/features");

// A feature may use ui, lib and api. Nothing below knows what is above it, and features do not know each other.
const zones = [
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: "./src/features",
    except: [`./${name}`],
    message: "Features do not import features: move what is shared to ui, lib or api.",
  })),
  { target: ["./src/features", "./src/ui", "./src/lib", "./src/api"], from: "./src/app" },
  { target: ["./src/ui", "./src/lib", "./src/api"], from: "./src/features" },
  { target: ["./src/lib", "./src/api"], from: "./src/ui" },
  { target: "./src/lib", from: "./src/api" },
];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "screenshots", "src/api/schema.d.ts"] },
  ...tseslint.configs.strict,
  {
    files: ["**/*.{ts,tsx}"],
    plugins: { "import-x": importX, "react-hooks": reactHooks },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })] },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "max-lines": ["error", 250],
      complexity: ["error", 15],
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration", message: "No barrel files: import from where it is." },
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is text." },
      ],
      "no-restricted-globals": ["error", { name: "fetch", message: "Use api/client.ts: it knows tokens, time-outs and problems." }],
    },
  },
  { files: ["src/api/transport.ts", "tests/**"], rules: { "no-restricted-globals": "off" } },
  { files: ["src/lib/i18n/{en,de}{,.*}.ts"], rules: { "max-lines": "off" } },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
);
