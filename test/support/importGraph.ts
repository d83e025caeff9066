// The import graph of src/, read from the sources: static, dynamic and type imports.
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

const root = new URL("../../", import.meta.url);

export interface Import {
  /** The importing file. */
  from: string;
  /** Starts at 1. */
  line: number;
  /** As written. */
  specifier: string;
  /** The imported file of src/; undefined for packages, bundles and files outside src/. */
  to: string | undefined;
}

/** Formats an import as `src/a.ts:3 imports src/b.ts`. */
export function describeImport({ from, line, specifier, to }: Import): string {
  return `${from}:${line} imports ${to ?? specifier}`;
}

export const sources: readonly string[] = globSync("src/**/*.ts", { cwd: root })
  .map((path) => path.replaceAll("\\", "/"))
  .sort();

export function readSource(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

export function importsOf(path: string, text: string = readSource(path)): Import[] {
  const matches = text.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g);
  return [...matches].map(({ index, 1: specifier = "" }) => {
    const target = posix.join(posix.dirname(path), specifier);
    return {
      from: path,
      line: text.slice(0, index).split("\n").length,
      specifier,
      to: specifier.startsWith(".") && /^src\/.*\.ts$/.test(target) ? target : undefined,
    };
  });
}

/** Finds import cycles: for each group of files that import each other, the imports between them. */
export function findCircles(imports: readonly Import[]): Import[][] {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const reachable = (start: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [start];
    for (let file = queue.pop(); file !== undefined; file = queue.pop())
      for (const { to } of targets.get(file) ?? [])
        if (to !== undefined && !seen.has(to)) {
          seen.add(to);
          queue.push(to);
        }
    return seen;
  };
  const reach = new Map([...targets.keys()].map((file) => [file, reachable(file)]));
  const inCircle = (a: string, b: string) => (reach.get(a)?.has(b) && reach.get(b)?.has(a)) ?? false;
  const done = new Set<string>();
  const circles: Import[][] = [];
  for (const file of targets.keys()) {
    if (done.has(file) || !inCircle(file, file)) continue;
    const members = [...targets.keys()].filter((other) => inCircle(file, other));
    for (const member of members) done.add(member);
    circles.push(imports.filter(({ from, to }) => members.includes(from) && to !== undefined && members.includes(to)));
  }
  return circles;
}
