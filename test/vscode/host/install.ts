import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { canInstallPackages, installPackages } from "./apt.ts";
import { CACHE_DIR, inRepo } from "./paths.ts";
import { progress, run } from "./run.ts";

const CODE_SERVER_VERSION = "4.139.1";

/** Packages that code-server's native addons need to compile. */
export const BUILD_PACKAGES = [
  ...["ca-certificates", "python3", "make", "g++"],
  ...["libkrb5-dev", "libsecret-1-dev", "libx11-dev", "libxkbfile-dev"],
];

export interface HostProgram {
  version: string;
  /** The Node binary that runs code-server, which requires a certain version. */
  node: string;
  /** code-server's entry point. */
  codeServer: string;
}

/** Finds code-server, a full VS Code from npm, or installs it once (about two minutes). */
export async function ensureHost(cacheDir = CACHE_DIR): Promise<HostProgram> {
  const node = inRepo("node_modules/node/bin/node");
  const root = join(cacheDir, `code-server-${CODE_SERVER_VERSION}`);
  const codeServerDir = join(root, "node_modules", "code-server");
  const codeServer = join(codeServerDir, "out", "node", "entry.js");
  const program = { version: CODE_SERVER_VERSION, node, codeServer };
  // Written last, so that an interrupted installation is repeated.
  const marker = join(root, "complete");
  if (existsSync(marker)) return program;

  progress(`installing code-server ${CODE_SERVER_VERSION} into ${root}, about two minutes, only this once`);
  if (canInstallPackages()) await installPackages(BUILD_PACKAGES);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "package.json"), `${JSON.stringify({ private: true })}\n`);
  const env = npmEnvironment(node);
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", `code-server@${CODE_SERVER_VERSION}`, "--ignore-scripts", ...quiet], { cwd: root, env });
  await run("npm", ["install", "--omit=dev", ...quiet], { cwd: join(codeServerDir, "lib", "vscode"), env });
  await writeFile(marker, `${new Date().toISOString()}\n`);
  progress("code-server is installed");
  return program;
}

/** Puts Node 24 first on PATH and removes settings that an outer `npm test` would pass to the inner npm. */
export function npmEnvironment(node: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_local_prefix|package|lifecycle)/i.test(name),
  );
  return { ...Object.fromEntries(inherited), PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
}
