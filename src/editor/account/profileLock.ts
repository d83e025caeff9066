import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { takeLock } from "../platform/fileLock.ts";
import type { ProfileLock } from "./profileChanges.ts";

/** A change of the list takes milliseconds; one that waits for a slow keychain a few seconds. */
const LOCK_MS = 20_000;

/**
 * Locks the list of accounts among all windows of this computer, with a file for its revision.
 * If the folder can't be written, changes are made without the lock.
 */
export function createProfileLock(folder: string): ProfileLock {
  const file = join(folder, "revision");

  async function take() {
    try {
      await mkdir(folder, { recursive: true });
      return await takeLock(folder, "accounts", LOCK_MS);
    } catch {
      return async () => {};
    }
  }

  return {
    async run(change) {
      const release = await take();
      if (!release) throw new Error("Another window is changing the accounts. Try again.");
      try {
        return await change();
      } finally {
        await release();
      }
    },
    async lastRevision() {
      const text = await readFile(file, "utf8").catch(() => "");
      return /^\d{1,15}$/.test(text) ? Number(text) : 0;
    },
    async setRevision(revision) {
      await writeFile(file, String(revision), { mode: 0o600 }).catch(() => {});
    },
  };
}
