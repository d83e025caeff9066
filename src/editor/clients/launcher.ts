// Installs the launcher that clients start and records where this window's editor runs. See src/launcher/.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../../channel/entries.ts";
import { writeAtomically } from "../../channel/writeAtomically.ts";

/** This window's editor and extension. */
export interface Installation {
  /** The private folder, `~/.openrouter-admin`. */
  privateFolder: string;
  /** The extension's folder. */
  extensionFolder: string;
  version: string;
  /** The executable that runs Node.js. */
  runtime: string;
  platform: NodeJS.Platform;
}

export function launcherPath({ privateFolder, platform }: Pick<Installation, "privateFolder" | "platform">): string {
  return join(privateFolder, "bin", platform === "win32" ? "openrouter-admin.cmd" : "openrouter-admin");
}

/**
 * Installs the launcher, or replaces an older one, and records this installation.
 * @throws Error if the files can't be written, or other users have access to the folder
 */
export async function installLauncher(installation: Installation): Promise<string> {
  const { privateFolder, extensionFolder, platform } = installation;
  const launcher = launcherPath(installation);
  await recordInstallation(installation);
  await makeFolder(dirname(launcher));
  const read = (...path: string[]) => readFile(join(extensionFolder, ...path), "utf8");
  await renew(join(privateFolder, "bin", "launcher.mjs"), await read("dist", "launcher.js"), 0o600);
  const [script, lineEnding] = platform === "win32" ? ["openrouter-admin.cmd", "\r\n"] : ["openrouter-admin.sh", "\n"];
  await renew(launcher, (await read("media", "launcher", script)).replaceAll(/\r?\n/g, lineEnding), 0o700);
  return launcher;
}

/** Renews the launcher and the record, if a client uses them. */
export async function renewLauncher(installation: Installation): Promise<void> {
  if (existsSync(launcherPath(installation))) await installLauncher(installation);
}

/**
 * Records the runtime and the extension's folder. There is one record for each folder of extensions, so editors don't
 * overwrite each other's, and a window of an older version doesn't overwrite that of a newer one.
 */
async function recordInstallation({ privateFolder, extensionFolder, version, runtime }: Installation): Promise<void> {
  // The scripts read lines.
  if (/[\r\n]/.test(runtime + extensionFolder)) return;
  const folder = join(privateFolder, "installed");
  await makeFolder(folder);
  const digest = createHash("sha256").update(dirname(extensionFolder)).digest("hex").slice(0, 16);
  const file = join(folder, `${digest}.txt`);
  const record = [runtime, extensionFolder, version, ""].join("\n");
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before === record) return;
  const [, otherFolder = "", otherVersion = ""] = before?.split("\n") ?? [];
  if (isNewer(otherVersion, version) && existsSync(join(otherFolder, "dist", "server.js"))) return;
  await writeAtomically(file, record);
}

/** Writes the file unless it has the same content or a higher revision: several editors may have installed it. */
async function renew(file: string, content: string, mode: number): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  if (before === content || revisionOf(before) > revisionOf(content)) return;
  await writeAtomically(file, content, (temporary) => chmod(temporary, mode));
}

const revisionOf = (content: string) => Number(/^(?:#|\/\/|rem) revision (\d+)/m.exec(content)?.[1] ?? 0);

function isNewer(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => text.split(/[.-]/).slice(0, 3).map(Number)) as [number[], number[]];
  for (const [i, part] of one.entries()) if (part !== two[i]) return part > (two[i] ?? 0);
  return false;
}
