import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureHost, type HostProgram } from "./install.ts";
import { CACHE_DIR } from "./paths.ts";
import { ownSettingsVsix } from "./vsix.ts";

/** Copies the extensions, which VS Code installs once, to a new folder. */
export async function installExtensions(vsix: string[], extensionsDir: string, program: HostProgram): Promise<void> {
  const installed = await ensureInstalled(vsix, program);
  await cp(installed, extensionsDir, { recursive: true });
  // extensions.json contains absolute paths.
  const list = join(extensionsDir, "extensions.json");
  await writeFile(list, (await readFile(list, "utf8")).replaceAll(installed, extensionsDir));
}

/** Installs the extensions and the test extension that changes settings, unless the same files are already installed. */
export async function ensureInstalled(vsix: string[], program?: HostProgram): Promise<string> {
  const host = program ?? (await ensureHost());
  const files = [...vsix, await ownSettingsVsix()];
  const hash = createHash("sha256").update(host.version);
  for (const file of files) hash.update(await readFile(file));
  const dir = join(CACHE_DIR, "installed", hash.digest("hex").slice(0, 16));
  if (existsSync(dir)) return dir;
  await mkdir(join(CACHE_DIR, "installed"), { recursive: true });
  // Only a complete installation gets its final name.
  const temporary = await mkdtemp(join(CACHE_DIR, "installed", "new-"));
  try {
    const extensions = join(temporary, "extensions");
    await runInstaller(files, temporary, extensions, host);
    const list = join(extensions, "extensions.json");
    await writeFile(list, (await readFile(list, "utf8")).replaceAll(extensions, dir));
    await rename(extensions, dir);
  } catch (error) {
    // Another process may have installed it meanwhile.
    if (!existsSync(dir)) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return dir;
}

/** Runs the editor's command that installs extensions; `temporary` gets the data of this run. */
export async function runInstaller(
  files: string[],
  temporary: string,
  extensions: string,
  { node, codeServer }: HostProgram,
): Promise<void> {
  const dirs = ["--user-data-dir", join(temporary, "data"), "--extensions-dir", extensions];
  const config = join(temporary, "config.yaml");
  await writeFile(config, "");
  const args = [codeServer, ...dirs, "--config", config, ...files.flatMap((file) => ["--install-extension", file])];
  const child = spawn(node, args, { cwd: temporary, env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`The VSIX did not install:\n${Buffer.concat(output)}`);
}

/** Removes variables of a VS Code terminal, which would affect the editor, and keys that don't come from the test. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|OPENROUTER_|ELECTRON_)/.test(name));
  return { ...Object.fromEntries(own), ...extra };
}
