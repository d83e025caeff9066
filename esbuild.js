// Bundles the entry points of src/ into dist/: ESM for Node 22 (VS Code's own), and what runs in a browser; minified,
// without source maps.
import { readFile, rm } from "node:fs/promises";
import { build } from "esbuild";

await rm(new URL("dist", import.meta.url), { recursive: true, force: true });

/** Bundled CommonJS dependencies call `require` for Node's own modules. */
const requireShim = 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);';

/** The SDK's JSON Schema validator serves elicitation answers, which this server never asks for: it would double the bundle. */
const withoutAjv = {
  name: "without-ajv",
  setup(bundle) {
    bundle.onResolve({ filter: /validation\/ajv-provider\.js$/ }, () => ({ path: "ajv", namespace: "stub" }));
    bundle.onLoad({ filter: /.*/, namespace: "stub" }, () => ({
      contents: 'export class AjvJsonSchemaValidator { getValidator() { throw new Error("Not bundled."); } }',
    }));
  },
};

/** The server says its version and nothing else of package.json. */
const versionOnly = {
  name: "version-only",
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

const shared = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/** What runs in a browser: a webview of the editor, or the chart in a chat. */
const inBrowser = { ...shared, platform: "browser", format: "iife", target: "chrome128" };

await Promise.all([
  // Flows and the API's client are chunks of their own: they are loaded when they are first used.
  build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outdir: "dist",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: ["vscode"],
  }),
  build({
    ...shared,
    entryPoints: ["src/mcp/main.ts"],
    outfile: "dist/server.js",
    plugins: [withoutAjv, versionOnly],
    banner: { js: `#!/usr/bin/env node\n${requireShim}` },
  }),
  build({ ...shared, entryPoints: ["src/sample/index.ts"], outfile: "dist/sample.js" }),
  // With activity.css beside it.
  build({ ...inBrowser, entryPoints: ["src/webview/activity.ts"], outfile: "dist/activity.js" }),
]);
