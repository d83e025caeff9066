// Writes small files atomically: other processes see the old content or the new one, never a part.
import { randomUUID } from "node:crypto";
import { chmod, chown, lstat, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Error codes of Windows while another process has the file open. */
const BUSY_CODES = ["EPERM", "EACCES", "EBUSY"];

/** The mode and owner of a file. */
interface Access {
  mode: number;
  uid: number;
  gid: number;
}

/** Writes or replaces a file, with mode 0600 or the given mode and owner. */
export async function writeAtomically(file: string, text: string, wanted?: Access): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx", flush: true });
    if (wanted) await setAccess(temporary, wanted);
    await replace(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function setAccess(file: string, { mode, uid, gid }: Access): Promise<void> {
  const now = await stat(file);
  if (now.uid !== uid || now.gid !== gid) await chown(file, uid, gid);
  await chmod(file, mode & 0o7777);
}

/** Removes a temporary file that a process left behind when it ended while writing. Never fails. */
export async function removeIfStale(temporary: string, maxAgeMs: number): Promise<void> {
  try {
    const { mtimeMs } = await lstat(temporary);
    if (Date.now() - mtimeMs > maxAgeMs) await rm(temporary, { force: true });
  } catch {
    // Another process has already removed it.
  }
}

async function replace(temporary: string, file: string, triesLeft = 5): Promise<void> {
  try {
    await rename(temporary, file);
  } catch (error) {
    if (triesLeft === 0 || !BUSY_CODES.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await sleep(20);
    await replace(temporary, file, triesLeft - 1);
  }
}
