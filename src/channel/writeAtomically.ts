// Writes small files atomically: other processes see the old content or the new one, never a part.
import { randomUUID } from "node:crypto";
import { lstat, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Error codes of Windows while another process has the file open. */
const BUSY_CODES = ["EPERM", "EACCES", "EBUSY"];

/**
 * Writes or replaces a file, with mode 0600.
 * @param prepare changes the temporary file before it gets its name, such as its mode
 */
export async function writeAtomically(
  file: string,
  text: string,
  prepare?: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx", flush: true });
    await prepare?.(temporary);
    await replace(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
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
