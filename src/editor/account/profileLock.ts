import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLock } from "../platform/fileLock.ts";
import type { ProfileLock } from "./profileChanges.ts";

/** A change of the list takes milliseconds; one that waits for a slow keychain a few seconds. */
const LOCK_MS = 20_000;
/** A change that takes longer hangs, for example until the user unlocks the keychain. */
const CHANGE_MS = 60_000;

/**
 * Locks the list of accounts among all windows of this computer, with a file for its revision.
 * If the folder can't be written, changes are made without the lock.
 * @param busyText says that the accounts can't be changed at the moment
 */
export function createProfileLock(folder: string, busyText: string, changeMs: number = CHANGE_MS): ProfileLock {
  const file = join(folder, "revision");

  async function take(timeoutMs: number) {
    try {
      await mkdir(folder, { recursive: true });
      return await takeLock(folder, "accounts", timeoutMs);
    } catch {
      return async () => {};
    }
  }

  /** Runs a change and releases the lock; also if the change hangs, so that other changes can be made. */
  async function runLocked<T>(change: () => Promise<T>, release: () => Promise<void>): Promise<T> {
    const limit = new AbortController();
    const hanging = sleep(changeMs, undefined, { signal: limit.signal, ref: false }).then(() => {
      throw new Error(busyText);
    });
    try {
      return await Promise.race([change(), hanging]);
    } finally {
      limit.abort();
      await release();
    }
  }

  return {
    async run(change) {
      const release = await take(LOCK_MS);
      if (!release) throw new Error(busyText);
      return runLocked(change, release);
    },
    async runIfFree(change) {
      const release = await take(0);
      if (release) await runLocked(change, release);
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
