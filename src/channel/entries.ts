// The folder of entries: each VS Code window writes a file that says how to connect to it. One folder per user.
import { lstat, mkdir, readdir, readFile, readlink, rm, rmdir } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { isRunning } from "./isRunning.ts";
import { type Entry, readEntry } from "./protocol.ts";
import { removeIfStale, writeAtomically } from "./writeAtomically.ts";

/** A valid entry has a few hundred bytes. */
const MAX_ENTRY_BYTES = 10_000;
/** An older temporary file was left behind by a process that ended while writing it. */
const STALE_TEMPORARY_MS = 60_000;

/** Prefix of the name of a socket's folder. */
export const SOCKET_FOLDER = "openrouter-admin-";

/** The folder is not safe to use: other users could read the tokens in it or add entries of their own. */
export class UnsafeFolderError extends Error {
  override name = "UnsafeFolderError";
  readonly path: string;
  /** True for a folder that other users have access to; false if the path is not a folder. */
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

/** Returns the path of this user's folder of entries. @throws Error if the user has no home folder */
export function entryFolder(): string {
  const home = homedir();
  if (!isAbsolute(home)) throw new Error(`The home folder ${JSON.stringify(home)} is not an absolute path.`);
  return join(home, ".openrouter-admin", "windows");
}

let namespacePromise: Promise<string> | undefined;

/** Identifies the PID namespace of this process: in another container, the same process id means another process. */
export function processNamespace(): Promise<string> {
  namespacePromise ??= readlink("/proc/self/ns/pid").then(
    (space) => `${hostname()} ${space}`,
    () => hostname(),
  );
  return namespacePromise;
}

/** Creates the folder with mode 0700. @throws UnsafeFolderError if it exists and other users have access to it */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // `requirePrivateFolder` reports what is there instead.
    if (error.code !== "EEXIST" && error.code !== "ENOTDIR") throw error;
  });
  await requirePrivateFolder(folder);
}

/** Writes a window's entry, replacing the previous one. */
export function writeEntry(file: string, entry: Entry): Promise<void> {
  return writeAtomically(file, JSON.stringify(entry));
}

/**
 * Lists the entries of running processes, newest first. Removes the entries of processes that have ended.
 * @throws UnsafeFolderError if other users have access to the folder
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
    // A window closed while its file was being read. Another one may have opened meanwhile, so list the folder again.
    if (triesLeft > 0 && found.includes("gone")) continue;
    return found
      .filter((one) => typeof one === "object")
      .sort((one, other) => Date.parse(other.entry.since) - Date.parse(one.entry.since));
  }
}

/** Removes the entry and the socket of a window that has closed. Never fails. */
export async function removeEntry({ file, entry }: FoundEntry): Promise<void> {
  await rm(file, { force: true }).catch(() => {});
  await removeSocket(entry.address);
}

/** Removes a socket and its folder if `listen` created them, judging by the address. Never fails. */
export async function removeSocket(address: string): Promise<void> {
  const folder = dirname(address);
  if (basename(address) !== "s" || !basename(folder).startsWith(SOCKET_FOLDER)) return;
  await rm(address, { force: true }).catch(() => {});
  await rmdir(folder).catch(() => {});
}

async function readEntryFile(file: string): Promise<FoundEntry | "gone" | undefined> {
  if (file.endsWith(".tmp")) return void (await removeIfStale(file, STALE_TEMPORARY_MS));
  if (!file.endsWith(".json")) return undefined;
  try {
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size > MAX_ENTRY_BYTES || !isPrivate(stat)) return undefined;
    const entry = readEntry(JSON.parse(await readFile(file, "utf8")));
    if (!entry) return undefined;
    // A process in another container with the same home folder can be neither reached nor checked from here.
    if (entry.space !== (await processNamespace())) return undefined;
    if (isRunning(entry.pid)) return { file, entry };
    await removeEntry({ file, entry });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    // Not one of our entries.
  }
  return undefined;
}

/** @throws UnsafeFolderError */
async function requirePrivateFolder(folder: string): Promise<void> {
  for (const dir of [join(folder, ".."), folder]) {
    const stat = await lstat(dir);
    const problem = !stat.isDirectory() ? "is not a folder" : isPrivate(stat) ? undefined : "is open to other users";
    if (!problem) continue;
    const nextStep = stat.isDirectory() ? `Restrict it to your user (chmod 700 ${dir})` : "Remove it";
    throw new UnsafeFolderError(
      `${dir} ${problem} and was not used. VS Code and its MCP servers find each other there. ${nextStep}, then try again.`,
      { path: dir, isDirectory: stat.isDirectory() },
    );
  }
}

/** True if only this user has access. Always true on Windows, which has no mode bits but a home folder per user. */
export function isPrivate({ uid, mode }: { uid: number; mode: number }): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0);
}
