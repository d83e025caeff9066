// Stores of accounts in memory, as several windows see them.
import { setTimeout as sleep } from "node:timers/promises";
import type { SecretStorage } from "vscode";
import { createProfileStore } from "../../src/editor/account/profile.ts";
import type { ProfileLock } from "../../src/editor/account/profileChanges.ts";
import { createOldProfileStore } from "./oldProfileStore.ts";

/** Creates a SecretStorage in memory that fails after `stopAfter` changes, as if the editor had closed. */
export function secretsIn(content: Map<string, string>, { stopAfter = Number.POSITIVE_INFINITY, slow = false } = {}) {
  let remaining = stopAfter;
  async function change(apply: () => void): Promise<void> {
    if (slow) await sleep(Math.random() * 3);
    remaining -= 1;
    if (remaining < 0) throw new Error("the editor has closed");
    apply();
  }
  return {
    get: async (id: string) => content.get(id),
    store: (id: string, value: string) => change(() => content.set(id, value)),
    delete: (id: string) => change(() => content.delete(id)),
  } as unknown as SecretStorage;
}

/** Creates a lock for the stores of one process. */
export function createLock(): ProfileLock {
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;
  let revision = 0;
  const lock: ProfileLock = {
    run(change) {
      pending += 1;
      const result = last.then(change).finally(() => {
        pending -= 1;
      });
      last = result.catch(() => {});
      return result;
    },
    async runIfFree(change) {
      if (pending === 0) await lock.run(change);
    },
    lastRevision: async () => revision,
    async setRevision(next) {
      revision = next;
    },
  };
  return lock;
}

export const storeIn = (content: Map<string, string>, options?: Parameters<typeof secretsIn>[1], now?: () => number) =>
  createProfileStore(secretsIn(content, options), createLock, now);
export const oldStoreIn = (
  content: Map<string, string>,
  options?: Parameters<typeof secretsIn>[1],
  now?: () => number,
  secrets: SecretStorage = secretsIn(content, options),
) => createOldProfileStore(secrets, now);
export const later = (ms: number) => () => Date.now() + ms;

/** Returns the keys of all accounts that a store lists. */
export async function keysOf(store: ReturnType<typeof createProfileStore>): Promise<string[]> {
  const { profiles } = await store.list();
  const keys = await Promise.all(profiles.map(({ id }) => store.key(id)));
  return keys.map((key) => key ?? "none").sort();
}

export async function currentKey(store: ReturnType<typeof createProfileStore>): Promise<string | undefined> {
  const { current } = await store.list();
  return current === undefined ? undefined : store.key(current);
}
