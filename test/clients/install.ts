import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { npmEnvironment } from "../vscode/host/install.ts";
import { CACHE_DIR } from "../vscode/host/paths.ts";
import { run } from "../vscode/host/run.ts";
import { runToEnd } from "./process.ts";

export interface ClientPackage {
  /** Its name on npm. */
  name: string;
  /** Pinned, since the tests' expectations hold for this version. */
  version: string;
  /** The script inside the package that Node runs; it finds the binary of the platform where there is one. */
  script: string;
}

/**
 * Installs a client from npm, once, without running its install scripts.
 * @returns the full path of its script
 * @throws Error if the registry refuses, or the client has no binary for this platform
 */
export async function ensureClient({ name, version, script }: ClientPackage): Promise<string> {
  const root = join(CACHE_DIR, "clients", `${name.replace(/^.*\//, "")}-${version}`);
  const entry = join(root, "node_modules", name, script);
  // Written last, so that an interrupted installation starts over.
  const marker = join(root, "complete");
  if (existsSync(marker)) return entry;

  process.stderr.write(`[clients] installing ${name}@${version} into ${root}, only this once\n`);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "package.json"), `${JSON.stringify({ private: true })}\n`);
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", `${name}@${version}`, ...quiet], { cwd: root, env: npmEnvironment(process.execPath) });
  const env = { PATH: process.env.PATH, HOME: root, DISABLE_AUTOUPDATER: "1" };
  const { code, output } = await runToEnd([entry, "--version"], { cwd: root, env });
  if (code !== 0 || !output.includes(version)) throw new Error(`${name} doesn't run here: ${output.trim()}`);
  await writeFile(marker, `${new Date().toISOString()}\n`);
  return entry;
}
