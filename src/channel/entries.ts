// The folder in which the windows of VS Code leave word of how to reach them: one per user, the same for every process.
import { lstat, mkdir, readdir, readFile, readlink, rm, rmdir } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { type Entry, readEntry } from "./protocol.ts";
import { writeAtomically } from "./writeAtomically.ts";

/** An entry takes a few hundred bytes. */
const MAX_ENTRY_BYTES = 10_000;
/** A temporary file that is older was left by a process that ended while it wrote. */
const STALE_TEMPORARY_MS = 60_000;

/** Before the random part of the name of a socket's folder. */
export const SOCKET_FOLDER = "openrouter-admin-";

/** The folder cannot be trusted: others could read the tokens in it, or put windows of their own there. */
export class UnsafeFolderError extends Error {
  override name = "UnsafeFolderError";
  readonly path: string;
  /** It is a folder, in which others have rights; false for what is no folder. */
  readonly isDirectory: boolean;

  constructor(message: string, { path, isDirectory }: { path: string; isDirectory: boolean }) {
    super(message);
    this.path = path;
    this.isDirectory = isDirectory;
  }
}

export interface FoundEntry {
  file: string;
  entry: Entry;
}

/** The one folder of this user. @throws Error where the user has no home folder */
export function entryFolder(): string {
  const home = homedir();
  if (!isAbsolute(home)) throw new Error(`The home folder, ${JSON.stringify(home)}, is no absolute path.`);
  return join(home, ".openrouter-admin", "windows");
}

let namespacePromise: Promise<string> | undefined;

/** Names the set of processes that this one is among: elsewhere, in a container, a number means another process. */
export function processNamespace(): Promise<string> {
  namespacePromise ??= readlink("/proc/self/ns/pid").then(
    (space) => `${hostname()} ${space}`,
    () => hostname(),
  );
  return namespacePromise;
}

/** Makes the folder, for its user alone. @throws UnsafeFolderError where one is there that others have rights in */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // What stands in its place is told below.
    if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw error;
  });
  await requirePrivateFolder(folder);
}

/** Writes a window's entry. */
export function writeEntry(file: string, entry: Entry): Promise<void> {
  return writeAtomically(file, JSON.stringify(entry));
}

/**
 * The entries of processes that run, the newest first. Those of processes that have ended are removed.
 * @throws UnsafeFolderError where others have rights in the folder
 */
export async function listEntries(folder: string): Promise<FoundEntry[]> {
  for (let triesLeft = 5; ; triesLeft--) {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      if (error.code === "ENOTDIR") return [];
      throw error;
    });
    if (!names) return [];
    await requirePrivateFolder(folder);
    const found = await Promise.all(names.map((name) => readEntryFile(join(folder, name))));
    // While one was taken away another may have come: of a window that opened before the last one was closed.
    if (triesLeft > 0 && found.includes("gone")) continue;
    return found
      .filter((one) => typeof one === "object")
      .sort((one, other) => Date.parse(other.entry.since) - Date.parse(one.entry.since));
  }
}

/** Removes what a window left that has ended. Never fails. */
export async function removeEntry({ file, entry }: FoundEntry): Promise<void> {
  await rm(file, { force: true }).catch(() => {});
  await removeSocket(entry.address);
}

/** Removes a socket and its folder, if the address is one that `listen` makes. Never fails. */
export async function removeSocket(address: string): Promise<void> {
  const folder = dirname(address);
  if (basename(address) !== "s" || !basename(folder).startsWith(SOCKET_FOLDER)) return;
  await rm(address, { force: true }).catch(() => {});
  await rmdir(folder).catch(() => {});
}

async function readEntryFile(file: string): Promise<FoundEntry | "gone" | undefined> {
  if (file.endsWith(".tmp")) return void (await removeIfStale(file));
  if (!file.endsWith(".json")) return undefined;
  try {
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size > MAX_ENTRY_BYTES || !isPrivate(stat)) return undefined;
    const entry = readEntry(JSON.parse(await readFile(file, "utf8")));
    if (!entry) return undefined;
    // What runs elsewhere, in a container with the same home, can be neither asked nor judged from here.
    if (entry.space !== (await processNamespace())) return undefined;
    if (isRunning(entry.pid)) return { file, entry };
    await removeEntry({ file, entry });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    // It is none of ours.
  }
  return undefined;
}

async function removeIfStale(file: string): Promise<void> {
  try {
    const { mtimeMs } = await lstat(file);
    if (Date.now() - mtimeMs > STALE_TEMPORARY_MS) await rm(file, { force: true });
  } catch {
    // Another process has removed it.
  }
}

/** @throws UnsafeFolderError */
async function requirePrivateFolder(folder: string): Promise<void> {
  for (const dir of [join(folder, ".."), folder]) {
    const stat = await lstat(dir);
    const problem = !stat.isDirectory() ? "is not a folder" : isPrivate(stat) ? undefined : "is open to others";
    if (!problem) continue;
    const nextStep = stat.isDirectory() ? `Make it yours alone (chmod 700 ${dir})` : "Remove it";
    throw new UnsafeFolderError(
      `${dir} ${problem}, so that it was not used: VS Code and its MCP servers find each other there. ${nextStep}, then try again.`,
      { path: dir, isDirectory: stat.isDirectory() },
    );
  }
}

/** Whether it belongs to this user, who alone may change it. Windows has no such bits, but a folder for each user. */
export function isPrivate({ uid, mode }: { uid: number; mode: number }): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
