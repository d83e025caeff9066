import { existsSync, globSync } from "node:fs";
import { chmod, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canInstallPackages, installPackages } from "./apt.ts";
import { BUILD_PACKAGES, ensureHost, type HostProgram, npmEnvironment } from "./install.ts";
import { CACHE_DIR } from "./paths.ts";
import { progress, run } from "./run.ts";

/** VS Code 1.103.2, the oldest on npm with the API for MCP servers. It requires Node 22. */
const OLDEST_VERSION = "4.103.2";
const NODE = "node@22";

/** Native addons that this version needs; the others are for Windows. */
const ADDONS = [
  ...["@vscode/spdlog", "node-pty", "@parcel/watcher", "native-watchdog", "kerberos", "@vscode/deviceid"],
];

/** Finds the oldest code-server that the extension supports, or builds it once (about three minutes). */
export async function ensureOldestHost(cacheDir = CACHE_DIR): Promise<HostProgram> {
  const root = join(cacheDir, `code-server-${OLDEST_VERSION}`);
  const modules = join(root, "node_modules");
  const node = join(modules, "node", "bin", "node");
  const codeServer = join(modules, "code-server", "out", "node", "entry.js");
  const program = { version: OLDEST_VERSION, node, codeServer };
  const marker = join(root, "complete");
  if (existsSync(marker)) return program;

  const newest = await ensureHost(cacheDir);
  progress(`building code-server ${OLDEST_VERSION} in ${root}, about three minutes, only this once`);
  if (canInstallPackages()) await installPackages(BUILD_PACKAGES);
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "package.json"), `${JSON.stringify({ private: true })}\n`);
  // Some addons run node-gyp with npx, which must not ask whether to install it.
  const env = { ...npmEnvironment(node), npm_config_yes: "true" };
  const npm = (cwd: string, ...args: string[]) =>
    run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env });
  await npm(root, "install", `code-server@${OLDEST_VERSION}`, NODE, "--ignore-scripts");
  await npm(root, "rebuild", "node", "argon2");
  const vscode = join(modules, "code-server", "lib", "vscode");
  // Its other scripts download files from GitHub.
  await npm(vscode, "install", "--omit=dev", "--ignore-scripts");
  await npm(vscode, "rebuild", ...ADDONS);
  await copyRipgrep(newest, vscode);
  await writeFile(marker, `${new Date().toISOString()}\n`);
  progress(`code-server ${OLDEST_VERSION} is built`);
  return program;
}

/** The old package downloads its binary from GitHub; the newer one contains it. */
async function copyRipgrep({ codeServer }: HostProgram, vscode: string): Promise<void> {
  const modules = join(codeServer, "..", "..", "..", "lib", "vscode", "node_modules");
  const platform = `${process.platform}-${process.arch}`;
  const [binary] = globSync(`${modules}/@vscode/ripgrep*/bin/{${platform}/,}rg`);
  if (!binary) throw new Error(`No ripgrep for ${platform} in ${modules}.`);
  const target = join(vscode, "node_modules", "@vscode", "ripgrep", "bin");
  await mkdir(target, { recursive: true });
  await cp(binary, join(target, "rg"));
  await chmod(join(target, "rg"), 0o755);
}
