/// <reference types="vitest/config" />
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { reach } from "./scripts/reach.mjs";

const api = process.env.CARTWHEEL_API ?? "http://localhost:8000";
// What the Python server answers itself; everything else is the app.
const proxy = Object.fromEntries(
  ["/api", "/sandbox", "/mailbox", "/.well-known"].map((path) => [path, { target: api }]),
);

// What desks share among themselves must not be loaded by customers.
const shopping = reach(new URL("./src", import.meta.url).pathname, ["app/main.tsx", "app/browsing.ts", "app/buying.ts"]);

const path = (relative: string) => new URL(relative, import.meta.url).pathname;

/** Lets the bundler leave out what the app does not use of React Router: forms, fetchers, prefetching, RSC. */
const shakeRouter: Plugin = {
  name: "shake-router",
  transform(code, id) {
    if (!id.includes("/react-router/")) return null;
    const pure = code
      .replace(/^\w+\.displayName = .*$/gm, "")
      .replace(/= (React\d*\.(?:forwardRef|createContext|memo)\()/g, "= /* @__PURE__ */ $1");
    return { code: pure, map: null };
  },
};

/** Nothing is loaded beside a page (`modulePreload: false`): Vite's helper for that has no work left. */
const noPreloading: Plugin = {
  name: "no-preloading",
  enforce: "pre",
  load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
};

/** Lets the browser ask for what the first file imports while it still reads it. */
const preloadedImports: Plugin = {
  name: "preloaded-imports",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { chunk }) =>
      (chunk?.imports ?? []).map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` }, injectTo: "head" })),
  },
};

export default defineConfig(({ command }) => ({
  plugins: [shakeRouter, noPreloading, preloadedImports, react(), tailwindcss()],
  resolve: {
    alias: [
      { find: "@", replacement: path("./src") },
      // Its exports name the development build only, whose checks weigh 2 kB in every page.
      ...(command === "build"
        ? [{ find: /^react-router$/, replacement: path("./node_modules/react-router/dist/production/index.mjs") }]
        : []),
    ],
  },
  // React looks for the developer tools by this name; in the built shop nobody has them.
  define: command === "build" ? { __REACT_DEVTOOLS_GLOBAL_HOOK__: "undefined" } : {},
  server: { port: 5200, proxy },
  preview: { port: 5200, proxy },
  build: {
    target: "es2022",
    manifest: true,
    // The shopping pages are two files whose imports are there already: nothing to load beside them.
    modulePreload: false,
    cssCodeSplit: false,
    // No data: addresses for fonts, so that the Content-Security-Policy may stay narrow.
    assetsInlineLimit: 0,
    minify: "terser", // 3 % smaller than Vite's own, which counts here
    terserOptions: { ecma: 2020, module: true, compress: { passes: 3, pure_getters: true, keep_fargs: false } },
    rolldownOptions: {
      output: {
        // Fewer and larger files compress better: what never changes, what several pages need, and the pages.
        codeSplitting: {
          groups: [
            { name: "shared", test: (id: string) => shopping.has(id), minShareCount: 2, priority: 1 },
            { name: "libraries", test: /node_modules.(react|react-dom|scheduler|react-router|@tanstack)[\\/]/, priority: 2 },
          ],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: "tests/setup.ts",
    // One window for all files, as for all tests of one file: a new one for each takes longer than its tests.
    isolate: false,
    restoreMocks: true,
  },
}));
