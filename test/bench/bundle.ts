import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBundleFiles } from "../support/bundleFiles.ts";
import type { Row } from "./table.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/**
 * Measures the size of each program. What is loaded at a start is a promise to those who open a window. The rest is read
 * when it is used; its targets follow what the extension can do and only tell when something large comes along.
 */
export async function bundle(): Promise<Row[]> {
  const server = readBundleFiles("dist/server.js");
  const extension = readBundleFiles("dist/extension.js");
  const row = (measure: string, bytes: number, target: number): Row => ({
    ...{ measure, ours: bytes / 1e3, theirs: "", target: `<= ${target}` },
  });
  return [
    row(`MCP server, loaded at start, kB, ${server.atStart.length} files`, server.size(server.atStart), 300),
    row(`  in all, kB, ${server.all.length} files`, server.size(server.all), 500),
    row(`extension, loaded at start, kB, ${extension.atStart.length} files`, extension.size(extension.atStart), 90),
    row(`  in all, kB, ${extension.all.length} files`, extension.size(extension.all), 1100),
    row("for a browser, kB", await size("web/extension.cjs"), 700),
    row("search for leaked keys, a thread, kB", await size("leaks.cjs"), 40),
    row("activity page, kB", await size("activity.js", "activity.css"), 400),
    row("limits page, kB", await size("limits.js", "limits.css"), 60),
    row("chat chart, kB", await size("activity-app.html"), 560),
  ];
}

/** Returns the total size of files in dist/. */
async function size(...names: string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(DIST, name))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}
