// Bundles the entry points of src/ into dist/: ESM for Node 22 (VS Code's own) and the pages for a browser.
//   node esbuild.js                minified, without source maps: what is packaged
//   node esbuild.js --debug        readable, with source maps
//   node esbuild.js --watch        the same, rebuilt after each change
//   node esbuild.js --outdir=DIR   into another folder than dist/
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { thirdPartyNotices } from "./notices.js";

const { values: flags } = parseArgs({
  options: { watch: { type: "boolean" }, debug: { type: "boolean" }, outdir: { type: "string", default: "dist" } },
});
const isDebug = Boolean(flags.watch || flags.debug);
const outdir = resolve(import.meta.dirname, flags.outdir);

await rm(outdir, { recursive: true, force: true });

/** The SDK's JSON Schema validator would double the bundle; the server validates what people answer with its own. */
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

/** An import of `node:fs` loads all of it, streams too, before the first line runs: a tenth of the time to start. */
const quickBuiltins = {
  name: "quick-builtins",
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "builtin" }));
    bundle.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * The protocol's schemas are most of the time to start. Marked as free of side effects, those that nothing uses are left
 * out; and the others are parsed too seldom for zod to make functions of them.
 */
const leanProtocol = {
  name: "lean-protocol",
  setup(bundle) {
    bundle.onLoad(
      { filter: /[\\/]@modelcontextprotocol[\\/]sdk[\\/]dist[\\/]esm[\\/]types\.js$/ },
      async ({ path }) => {
        const schemas = (await readFile(path, "utf8")).replace(
          /^((?:export )?const \w+ = )((?:z\.|\w+Schema\b)[\s\S]*?);$(?=\n+[^\s})\]])/gm,
          "$1/* @__PURE__ */ (() => $2)();",
        );
        return {
          contents: `${schemas}\nz.config({ jitless: false });`.replace(
            /^(import [^;]+;\n)+/,
            "$&z.config({ jitless: true });\n",
          ),
        };
      },
    );
  },
};

const shared = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minify: !isDebug,
  sourcemap: isDebug,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

/** The protocol's schemas know forty languages for what goes wrong; the page in a chat needs one. */
const englishOnly = {
  name: "english-only",
  setup(bundle) {
    const english = 'export { default as en } from "./en.js"';
    bundle.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: english }));
  },
};

/** The chart in a chat is one file: it may load nothing. */
const onePage = {
  name: "one-page",
  setup(bundle) {
    bundle.onEnd(async ({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text;
      const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Spend</title>
<style>${text(".css")}</style>
</head>
<body>
<main></main>
<script type="module">${text(".js")}</script>
</body>
</html>
`;
      await mkdir(outdir, { recursive: true });
      await writeFile(join(outdir, "activity-app.html"), page);
    });
  },
};

/** The lines that the problem matcher of `.vscode/tasks.json` waits for, around each build after a change. */
const progress = (name) => ({
  name: "progress",
  setup(bundle) {
    bundle.onStart(() => console.log(`[watch] ${name}: build started`));
    bundle.onEnd(({ errors }) => {
      for (const { text, location } of errors)
        console.error(`> ${location?.file}:${location?.line}:${location?.column}: error: ${text}`);
      console.log(`[watch] ${name}: build finished`);
    });
  },
});

/** What runs in a browser: a webview of the editor, or the chart in a chat. */
const inBrowser = { ...shared, platform: "browser", format: "iife", target: "chrome128" };

const bundles = {
  // Flows and the API's client are chunks of their own: they are loaded when they are first used.
  extension: {
    ...shared,
    entryPoints: ["src/extension.ts"],
    outdir,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: ["vscode"],
  },
  server: {
    ...shared,
    entryPoints: ["src/mcp/main.ts"],
    outfile: join(outdir, "server.js"),
    plugins: [withoutAjv, versionOnly, quickBuiltins, leanProtocol],
    banner: { js: "#!/usr/bin/env node" },
  },
  sample: { ...shared, entryPoints: ["src/sample/index.ts"], outfile: join(outdir, "sample.js") },
  // With activity.css beside it.
  webview: { ...inBrowser, entryPoints: ["src/webview/activity.ts"], outfile: join(outdir, "activity.js") },
  app: {
    ...{ ...inBrowser, format: "esm", entryPoints: ["src/webview/app.ts"], outdir, write: false },
    // Within the page, there is no file beside it.
    sourcemap: isDebug && "inline",
    plugins: [englishOnly, onePage],
    // Whether it may make functions of text, zod finds out by trying: hosts of a chat forbid it, and report it.
    banner: { js: "globalThis.__zod_globalConfig={jitless:true};" },
  },
};

if (flags.watch) {
  for (const [name, options] of Object.entries(bundles)) {
    const plugins = [...(options.plugins ?? []), progress(name)];
    await (await context({ ...options, plugins, logLevel: "silent" })).watch();
  }
} else {
  const results = await Promise.all(Object.values(bundles).map(build));
  const metafiles = results.map(({ metafile }) => metafile);
  // Made by each build rather than kept in the repository: it says what is in these very bundles.
  if (!isDebug) await writeFile(new URL("THIRD-PARTY-NOTICES", import.meta.url), await thirdPartyNotices(metafiles));
  // For those who look into what a bundle holds; in no package.
  await writeFile(join(outdir, "meta.json"), JSON.stringify(metafiles));
}
