import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";

/** Folders of extensions below the home folder, for editors that have not been opened since the launcher was installed. */
const KNOWN_FOLDERS = [
  ".vscode/extensions",
  ".vscode-insiders/extensions",
  ".vscode-oss/extensions",
  ".vscode-server/extensions",
  ".vscode-server-insiders/extensions",
  ".cursor/extensions",
  ".windsurf/extensions",
  ".local/share/code-server/extensions",
];

/** `publisher.name-version`, possibly with a platform. */
const OWN_FOLDER = /^openrouter-admin\.openrouter-admin-(\d+)\.(\d+)\.(\d+)(?:-|$)/i;

interface Candidate {
  server: string;
  version: readonly number[];
}

/**
 * Returns the script of the newest installed version among all editors; undefined if the extension is not installed.
 * @param records the folder in which windows record where they run, see `readRecord`
 */
export function findServer(home: string, records: string): string | undefined {
  const recorded = listFolder(records).flatMap((name) => readRecord(join(records, name)) ?? []);
  const isInstalled = (folder: string) => OWN_FOLDER.test(basename(folder));
  const installed = recorded.filter(isInstalled).map(dirname);
  const folders = new Set([...installed, ...KNOWN_FOLDERS.map((one) => join(home, one))]);
  const candidates = [
    ...[...folders].flatMap(installedIn),
    // An extension that is being developed runs from a folder with another name.
    ...recorded.filter((folder) => !isInstalled(folder)).flatMap(inDevelopment),
  ].filter(({ server }) => isOwnScript(server));
  return candidates.sort((one, other) => compareVersions(other.version, one.version))[0]?.server;
}

/**
 * True if the script exists and it, its folder and the extension's folder belong to this user or to root: a record may
 * outlive its folder, and another user may then create one in its place.
 */
function isOwnScript(server: string): boolean {
  const uid = process.getuid?.();
  try {
    return [server, dirname(server), dirname(dirname(server))].every((path) => {
      const stat = lstatSync(path);
      return !stat.isSymbolicLink() && (uid === undefined || stat.uid === uid || stat.uid === 0);
    });
  } catch {
    return false; // There is no such script.
  }
}

/** Returns the extension's folder in a window's record: a text file with the runtime and the folder, one per line. */
function readRecord(file: string): string | undefined {
  if (!file.endsWith(".txt")) return undefined;
  try {
    const folder = readFileSync(file, "utf8").split("\n")[1]?.replace(/\r$/, "");
    return folder && isAbsolute(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function installedIn(folder: string): Candidate[] {
  const names = listFolder(folder).filter((name) => OWN_FOLDER.test(name));
  const uninstalled = names.length > 0 ? readUninstalled(folder) : {};
  return names
    .filter((name) => uninstalled[name] !== true && uninstalled[name.toLowerCase()] !== true)
    .map((name) => ({ server: join(folder, name, "dist", "server.js"), version: readVersion(OWN_FOLDER.exec(name)) }));
}

function inDevelopment(folder: string): Candidate[] {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    const parts = readVersion(/^(\d+)\.(\d+)\.(\d+)/.exec(version));
    return [{ server: join(folder, "dist", "server.js"), version: parts }];
  } catch {
    return [];
  }
}

/** Reads the folders that the editor will delete at its next start. */
function readUninstalled(folder: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(readFileSync(join(folder, ".obsolete"), "utf8")));
  } catch {
    return {}; // No extension was uninstalled.
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const readVersion = (match: RegExpExecArray | null) => (match ?? []).slice(1, 4).map(Number);

function compareVersions(one: readonly number[], other: readonly number[]): number {
  for (const [i, part] of one.entries()) {
    const difference = part - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
