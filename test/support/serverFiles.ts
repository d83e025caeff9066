// The files of the built server, from the metafile of the last build.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Output {
  bytes: number;
  entryPoint?: string;
  imports: { path: string; kind: string }[];
}

interface ServerFiles {
  /** Paths from the repository's root of what the server loads before it answers, itself included. */
  atStart: string[];
  /** The same with what it loads later. */
  all: string[];
  /** Bytes of some files. */
  size(files: readonly string[]): number;
}

/** Reads which files of `dist/` the server loads. */
export function readServerFiles(): ServerFiles {
  const metafiles: { outputs: Record<string, Output> }[] = JSON.parse(
    readFileSync(join(ROOT, "dist/meta.json"), "utf8"),
  );
  const { outputs } = metafiles.find((one) => "dist/server.js" in one.outputs)!;
  const reach = (kinds: readonly string[], file = "dist/server.js", seen = new Set<string>()): Set<string> => {
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
  for (const file of ["package.json", ...readServerFiles().all]) cpSync(join(ROOT, file), join(folder, file));
  return join(folder, "dist/server.js");
}
