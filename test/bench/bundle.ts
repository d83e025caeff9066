import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { readServerFiles } from "../support/serverFiles.ts";
import type { Row } from "./table.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/** Bundles that run as separate processes; not counted as part of the extension. */
const SEPARATE = ["server.js", "sample.js"];

/** Measures the size of the extension's code: what is loaded at activation, and everything including lazy imports. */
export async function bundle(): Promise<Row[]> {
  const { metafile } = await build({
    ...{ absWorkingDir: DIST, entryPoints: ["extension.js"], outdir: DIST, write: false, logLevel: "silent" },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", external: ["vscode"], metafile: true },
  });
  const kilobytes = (files: Set<string>) =>
    [...files].reduce((sum, file) => sum + metafile.inputs[file]!.bytes, 0) / 1e3;
  const atStart = reach(metafile, ["import-statement", "require-call"]);
  const all = reach(metafile, ["import-statement", "require-call", "dynamic-import"]);
  const server = readServerFiles();
  return [
    {
      measure: `MCP server, loaded at start, kB, ${server.atStart.length} files`,
      ours: server.size(server.atStart) / 1e3,
      theirs: "",
      target: "<= 300",
    },
    { measure: `  in all, kB, ${server.all.length} files`, ours: server.size(server.all) / 1e3, theirs: "" },
    { measure: `extension, kB, ${all.size} files`, ours: kilobytes(all), theirs: "", target: "<= 700" },
    { measure: `  loaded at start, kB, ${atStart.size} files`, ours: kilobytes(atStart), theirs: "" },
    { measure: "for a browser, kB", ours: await size("web/extension.cjs"), theirs: "", target: "<= 500" },
    { measure: "webviews, kB", ours: await size("activity.js", "activity.css"), theirs: "", target: "<= 400" },
    { measure: "chat chart, kB", ours: await size("activity-app.html"), theirs: "", target: "<= 560" },
  ];
}

/** Returns the total size of files in dist/, in kB. */
async function size(...names: string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(DIST, name))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e3;
}

/** Returns the files reachable from extension.js by these kinds of import. */
function reach({ inputs }: Metafile, kinds: string[], file = "extension.js", seen = new Set<string>()): Set<string> {
  if (seen.has(file) || SEPARATE.includes(file)) return seen;
  seen.add(file);
  for (const { path, kind, external } of inputs[file]?.imports ?? [])
    if (!external && kinds.includes(kind)) reach({ inputs, outputs: {} }, kinds, path, seen);
  return seen;
}
