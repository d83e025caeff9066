// Bundles the entry points of src/ into dist/: ESM for Node 22 (VS Code's own), CommonJS for VS Code in a browser, and the
// pages for a browser.
//   node esbuild.js                minified, without source maps: what is packaged
//   node esbuild.js --debug        readable, with source maps
//   node esbuild.js --watch        the same, rebuilt after each change
//   node esbuild.js --outdir=DIR   into another folder than dist/, which must be new, empty or from an earlier build
import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, context } from "esbuild";
import { thirdPartyNotices } from "./notices.js";

const { values: flags } = parseArgs({
  options: { watch: { type: "boolean" }, debug: { type: "boolean" }, outdir: { type: "string", default: "dist" } },
});
const isDebug = Boolean(flags.watch || flags.debug);
const outdir = resolve(import.meta.dirname, flags.outdir);

if (outdir !== resolve(import.meta.dirname, "dist")) await requireReplaceable(outdir);
await rm(outdir, { recursive: true, force: true });

/** @throws Error for a folder that holds anything but the output of a build */
async function requireReplaceable(folder) {
  const names = await readdir(folder).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (names.length > 0 && !["extension.js", "server.js", "activity-app.html"].every((name) => names.includes(name)))
    throw new Error(`${folder} would be deleted, but it is not the output of an earlier build.`);
}

/** Leaves out the SDK's JSON Schema validator, which would double the bundle; the server validates elicitations itself. */
const withoutAjv = {
  name: "without-ajv",
  setup(bundle) {
    bundle.onResolve({ filter: /validation\/ajv-provider\.js$/ }, () => ({ path: "ajv", namespace: "stub" }));
    bundle.onLoad({ filter: /.*/, namespace: "stub" }, () => ({
      contents: 'export class AjvJsonSchemaValidator { getValidator() { throw new Error("Not bundled."); } }',
    }));
  },
};

/** Leaves out zod's converter to JSON Schema: the server has a smaller and faster one. */
const withoutJsonSchema = {
  name: "without-json-schema",
  setup(bundle) {
    const unused = [
      "extractDefs",
      "finalize",
      "handleUnrepresentable",
      "initializeContext",
      "process",
      "processSchema",
    ];
    const methods = ["createToJSONSchemaMethod", "createStandardJSONSchemaMethod"];
    bundle.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/]to-json-schema\.js$/ }, () => ({
      contents: `const fail = () => { throw new Error("Not bundled."); };
        const method = () => fail;
        export { ${[...unused.map((name) => `fail as ${name}`), ...methods.map((name) => `method as ${name}`)].join(", ")} };`,
    }));
    const processors = /[\\/]zod[\\/]v4[\\/]core[\\/]json-schema-processors\.js$/;
    bundle.onLoad({ filter: processors }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source.replace(/^export const (\w+Processor) = [\s\S]*?^};$/gm, "export const $1 = fail;");
      return { contents: `const fail = () => { throw new Error("Not bundled."); };\n${contents}` };
    });
  },
};

/** Bundles only the version from package.json. */
const versionOnly = {
  name: "version-only",
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** Loads Node modules without ESM named exports: importing `node:fs` initializes streams too, 10% of the startup time. */
const fastBuiltins = {
  name: "fast-builtins",
  setup(bundle) {
    // A copy per importer: a shared one would be a file of its own, and loading files takes time.
    bundle.onResolve({ filter: /^node:/ }, ({ path, importer }) => ({
      path,
      namespace: "builtin",
      suffix: `?${importer}`,
    }));
    bundle.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * Reduces the cost of the protocol's zod schemas, which dominate the startup time: marks them as pure, so that esbuild
 * drops unused ones, and turns off zod's JIT, which doesn't pay off for the rest.
 */
const lazySchemas = {
  name: "lazy-schemas",
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

/** The CommonJS build of jsonc-parser can't be bundled. */
const modules = { "jsonc-parser": "jsonc-parser/lib/esm/main.js" };

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
  alias: modules,
};

/** Bundles only zod's English error messages into the chat page. */
const englishOnly = {
  name: "english-only",
  setup(bundle) {
    const english = 'export { default as en } from "./en.js"';
    bundle.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: english }));
  },
};

/** Writes the chat page as a single HTML file, since it can't load other files. */
const singlePage = {
  name: "single-page",
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

/**
 * Builds all bundles, and after each change those that hold a changed file. Prints the lines that `.vscode/tasks.json`
 * matches.
 */
async function watchSources() {
  const contexts = Object.values(bundles).map((options) => context({ ...options, logLevel: "silent" }));
  const builds = (await Promise.all(contexts)).map((bundle) => ({ bundle, files: undefined, problems: [] }));
  const changed = new Set();
  let isBuilding = false;

  const rebuild = async (outdated) => {
    console.log("[watch] build started");
    const start = performance.now();
    const rebuildOne = async (one) => {
      const { errors, warnings, metafile } = await one.bundle.rebuild().catch((failure) => failure);
      // After a failed build, any change may mend it.
      one.files = metafile && new Set(Object.keys(metafile.inputs));
      one.problems = [
        ...errors.map((error) => problemLine("error", error)),
        ...warnings.map((warning) => problemLine("warning", warning)),
      ];
    };
    await Promise.all(outdated.map(rebuildOne));
    // Several bundles hold the same file.
    for (const problem of new Set(builds.flatMap(({ problems }) => problems))) console.log(problem);
    console.log(`[watch] build finished in ${Math.round(performance.now() - start)} ms`);
  };
  const rebuildChanged = async () => {
    if (isBuilding) return;
    isBuilding = true;
    while (changed.size > 0) {
      const files = [...changed];
      changed.clear();
      const outdated = builds.filter((one) => !one.files || files.some((file) => one.files.has(file)));
      if (outdated.length > 0) await rebuild(outdated);
    }
    isBuilding = false;
  };

  let timer;
  watch(join(import.meta.dirname, "src"), { recursive: true }, (_, file) => {
    changed.add(`src/${file?.replaceAll("\\", "/")}`);
    // An editor writes a file in several steps.
    clearTimeout(timer);
    timer = setTimeout(rebuildChanged, 30);
  });
  isBuilding = true;
  await rebuild(builds);
  isBuilding = false;
  await rebuildChanged();
}

/** Lines and columns count from 1. */
function problemLine(severity, { text, location }) {
  const { file, line, column } = location ?? { file: "esbuild.js", line: 1, column: 0 };
  return `> ${file}:${line}:${column + 1}: ${severity}: ${text}`;
}

/** Options for browser code: the webviews and the chart in chat. */
const browser = { ...shared, platform: "browser", format: "iife", target: "chrome128" };

/** What the web bundle has in place of Node's modules. Shared code that imports another one fails the build. */
const webBuiltins = {
  "node:crypto": "./src/browser/crypto.ts",
  "node:os": "./src/browser/os.ts",
  "node:path": "./src/browser/path.ts",
  "node:timers/promises": "./src/browser/timersPromises.ts",
};

/** Replaces each module `x.ts` that has a twin for the browser, `x.web.ts`. */
const webTwins = {
  name: "web-twins",
  setup(bundle) {
    bundle.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, importer }) => {
      const twin = join(resolveDir, path.replace(/(\.web)?\.ts$/, ".web.ts"));
      return existsSync(twin) && importer !== twin ? { path: twin } : undefined;
    });
  },
};

const bundles = {
  // Flows and the API client are separate chunks, loaded on first use.
  extension: {
    ...shared,
    entryPoints: ["src/extension.ts"],
    outdir,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: ["vscode"],
  },
  // Copied into the user's home folder, so it must be a single file.
  launcher: {
    ...shared,
    entryPoints: ["src/launcher/main.ts"],
    outfile: join(outdir, "launcher.js"),
    banner: { js: "// revision 1" },
  },
  // For VS Code in a browser, whose extension host loads one file, in CommonJS.
  web: {
    ...{ ...shared, platform: "browser", format: "cjs", target: ["chrome128", "firefox128", "safari18"] },
    entryPoints: ["src/extension.web.ts"],
    outfile: join(outdir, "web", "extension.cjs"),
    external: ["vscode"],
    alias: { ...modules, ...webBuiltins },
    define: { "process.env": "{}", "process.pid": "undefined" },
    plugins: [webTwins],
  },
  // The channel and the tools of the group extra are separate chunks, loaded on first use.
  server: {
    ...shared,
    entryPoints: { server: "src/mcp/main.ts" },
    outdir,
    splitting: true,
    chunkNames: "server/[name]-[hash]",
    plugins: [withoutAjv, withoutJsonSchema, versionOnly, fastBuiltins, lazySchemas],
  },
  // A thread of the extension host. Electron runs CommonJS in threads; of ES modules it doesn't say so.
  leaks: { ...shared, format: "cjs", entryPoints: ["src/leaks/worker.ts"], outfile: join(outdir, "leaks.cjs") },
  sample: { ...shared, entryPoints: ["src/sample/index.ts"], outfile: join(outdir, "sample.js") },
  // Also emits activity.css.
  webview: { ...browser, entryPoints: ["src/webview/activity.ts"], outfile: join(outdir, "activity.js") },
  // Also emits limits.css.
  limits: { ...browser, entryPoints: ["src/webview/limits/limits.ts"], outfile: join(outdir, "limits.js") },
  app: {
    ...{ ...browser, format: "esm", entryPoints: ["src/webview/app.ts"], outdir, write: false },
    // Inline, since the page is a single file.
    sourcemap: isDebug && "inline",
    plugins: [englishOnly, singlePage],
    // Turns off zod's JIT probe: it evaluates code, which the host's content security policy blocks and reports.
    banner: { js: "globalThis.__zod_globalConfig={jitless:true};" },
  },
};

if (flags.watch) {
  await watchSources();
} else {
  const results = await Promise.all(Object.values(bundles).map(build));
  const metafiles = results.map(({ metafile }) => metafile);
  // Generated by each build from the actual bundle contents, not kept in the repository.
  if (!isDebug) await writeFile(new URL("THIRD-PARTY-NOTICES", import.meta.url), await thirdPartyNotices(metafiles));
  // For bundle analysis; not part of any package.
  await writeFile(join(outdir, "meta.json"), JSON.stringify(metafiles));
}
