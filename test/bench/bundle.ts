import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import type { Row } from "./table.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/** Bundles of their own, which the extension starts beside itself; they are no part of it. */
const BESIDE = ["server.js", "sample.js"];

/** How much code the extension is: what it loads at its start, and with what it may import later. */
export async function bundle(): Promise<Row[]> {
  const { metafile } = await build({
    ...{ absWorkingDir: DIST, entryPoints: ["extension.js"], outdir: DIST, write: false, logLevel: "silent" },
    ...{ bundle: true, splitting: true, format: "esm", platform: "node", external: ["vscode"], metafile: true },
  });
  const kilobytes = (files: Set<string>) =>
    [...files].reduce((sum, file) => sum + metafile.inputs[file]!.bytes, 0) / 1e3;
  const atStart = reach(metafile, ["import-statement", "require-call"]);
  const all = reach(metafile, ["import-statement", "require-call", "dynamic-import"]);
  return [
    { measure: `extension, kB, ${all.size} files`, ours: kilobytes(all), theirs: "", target: "<= 700" },
    { measure: `  loaded at start, kB, ${atStart.size} files`, ours: kilobytes(atStart), theirs: "" },
    { measure: "webviews, kB", ours: await size("activity.js", "activity.css"), theirs: "", target: "<= 400" },
    { measure: "chart in a chat, kB", ours: await size("activity-app.html"), theirs: "", target: "<= 560" },
  ];
}

/** Kilobytes of files in dist/. */
async function size(...names: string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(DIST, name))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e3;
}

/** The files that are reached from extension.js by these kinds of import. */
function reach({ inputs }: Metafile, kinds: string[], file = "extension.js", seen = new Set<string>()): Set<string> {
  if (seen.has(file) || BESIDE.includes(file)) return seen;
  seen.add(file);
  for (const { path, kind, external } of inputs[file]?.imports ?? [])
    if (!external && kinds.includes(kind)) reach({ inputs, outputs: {} }, kinds, path, seen);
  return seen;
}
