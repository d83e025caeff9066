// Reads and writes a client's configuration file: through symlinks, atomically, with its mode.
import { constants, type Stats } from "node:fs";
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { writeAtomically } from "../../channel/writeAtomically.ts";

export type FileProblem = "folder" | "notFile" | "encoding" | "tooLarge" | "readOnly" | "noAccess" | "other";

/** The file can't be read or written. */
export class FileError extends Error {
  override name = "FileError";
  readonly problem: FileProblem;
  readonly path: string;

  constructor(problem: FileProblem, path: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.problem = problem;
    this.path = path;
  }
}

/** Configuration files are small; a client's history can make them larger. */
const MAX_BYTES = 50_000_000;
const MAX_LINKS = 40;

/** Reads the file; undefined if it doesn't exist. @throws FileError */
export async function readConfig(file: string): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new FileError("folder", file);
    if (!found.isFile()) throw new FileError("notFile", file);
    if (found.size > MAX_BYTES) throw new FileError("tooLarge", file);
    return decode(file, await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fileError(error, file);
  }
}

/** Writes the file, or creates it with mode 0600 and its folders. @throws FileError */
export async function writeConfig(file: string, text: string): Promise<void> {
  try {
    const target = await followLinks(file);
    const before = await stat(target).catch(ignoreMissing);
    if (!before) {
      await mkdir(dirname(target), { recursive: true });
      await writeAtomically(target, text);
      return;
    }
    if (before.isDirectory()) throw new FileError("folder", file);
    // An administrator could write it, and a rename would replace it; its owner didn't want that.
    if ((before.mode & 0o222) === 0) throw new FileError("readOnly", file);
    await access(target, constants.W_OK).catch((error) => {
      throw new FileError("readOnly", file, { cause: error });
    });
    await replace(target, text, before);
  } catch (error) {
    throw fileError(error, file);
  }
}

/** Deletes the file and those of its folders that are empty. @throws FileError */
export async function deleteConfig(file: string, folders: readonly string[]): Promise<void> {
  try {
    await rm(await followLinks(file), { force: true });
  } catch (error) {
    throw fileError(error, file);
  }
  // The innermost first. Others may have files there by now.
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => {});
}

async function replace(target: string, text: string, before: Stats): Promise<void> {
  // A rename would separate the names of a file that has several.
  if (before.nlink > 1) return writeFile(target, text, { flush: true });
  try {
    await writeAtomically(target, text, (temporary) => setAccess(temporary, before));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The folder is read-only or the owner can't be kept, but the file itself can be written.
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS" && code !== "EBUSY") throw error;
    await writeFile(target, text, { flush: true });
  }
}

async function setAccess(file: string, { mode, uid, gid }: Stats): Promise<void> {
  const now = await stat(file);
  if (now.uid !== uid || now.gid !== gid) await chown(file, uid, gid);
  await chmod(file, mode & 0o7777);
}

/** Returns the path of the file that the last link points to, which needn't exist. */
async function followLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    ignoreMissing(error);
  }
  let path = file;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await lstat(path).catch(ignoreMissing);
    if (!found?.isSymbolicLink()) return path;
    path = resolve(dirname(path), await readlink(path));
  }
  return path;
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

/** @throws FileError if the file is not UTF-8 */
function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new FileError("encoding", file, { cause: error });
  }
}

function fileError(error: unknown, file: string): FileError {
  if (error instanceof FileError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const problem =
    code === "EACCES" || code === "EPERM"
      ? "noAccess"
      : code === "EROFS"
        ? "readOnly"
        : code === "EISDIR"
          ? "folder"
          : code === "ENOTDIR" || code === "EEXIST"
            ? "notFile"
            : "other";
  return new FileError(problem, file, { cause: error });
}
