// The files of the built extension and server, from the metafile of the last build.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Output {
  bytes: number;
  entryPoint?: string;
  imports: { path: string; kind: string }[];
}

interface BundleFiles {
  /** Paths from the repository's root of what is loaded at the start, the entry itself included. */
  atStart: string[];
  /** The same with what is loaded later. */
  all: string[];
  /** Bytes of some files. */
  size(files: readonly string[]): number;
}

/** Reads which files of `dist/` an entry loads. */
export function readBundleFiles(entry: "dist/extension.js" | "dist/server.js"): BundleFiles {
  const metafiles: { outputs: Record<string, Output> }[] = JSON.parse(
    readFileSync(join(ROOT, "dist/meta.json"), "utf8"),
  );
  const { outputs } = metafiles.find((one) => entry in one.outputs)!;
  const reach = (kinds: readonly string[], file: string = entry, seen = new Set<string>()): Set<string> => {
    seen.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (path in outputs && kinds.includes(kind) && !seen.has(path)) reach(kinds, path, seen);
    return seen;
  };
  return {
    atStart: [...reach(["import-statement"])],
    all: [...reach(["import-statement", "dynamic-import"])],
    size: (files) => files.reduce((sum, file) => sum + outputs[file]!.bytes, 0),
  };
}

/** Copies what the server runs, without its skills and its page. Returns the path of the script. */
export function copyServer(folder: string): string {
  for (const file of ["package.json", ...readBundleFiles("dist/server.js").all])
    cpSync(join(ROOT, file), join(folder, file));
  return join(folder, "dist/server.js");
}
