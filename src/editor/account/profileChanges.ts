import { setTimeout as sleep } from "node:timers/promises";
import type * as vscode from "vscode";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import type { KnownWorkspaces } from "../../openrouter/account/workspaceIds.ts";
import { secretIds } from "../platform/ids.ts";
import { usableName } from "./accountNames.ts";
import type { Found } from "./importDue.ts";
import { completeChanges, type Import, importOlder } from "./importOlder.ts";
import { nextColor, withCurrent, withoutProfile, withProfile } from "./profileEdits.ts";
import { ENVIRONMENT_ID, type ProfileList, parseOldList, SAMPLE_ID, type StoredProfile } from "./profileList.ts";
import { keyId, oldKeyId, readProfiles } from "./readProfiles.ts";

/** Keeps changes of several windows apart. */
export interface ProfileLock {
  /** Runs a change while no other window runs one. @throws Error if the lock isn't free in time, or the change hangs */
  run<T>(change: () => Promise<T>): Promise<T>;
  /** Runs a change if no other change is running. */
  runIfFree(change: () => Promise<void>): Promise<void>;
  /** Returns the revision that any window wrote last; 0 if unknown. */
  lastRevision(): Promise<number>;
  setRevision(revision: number): Promise<void>;
}

export interface NewAccount {
  key: string;
  /** Made unique if necessary. */
  name: string;
  workspaces?: KnownWorkspaces;
}

/** Changes of the accounts. */
export interface ProfileChanges {
  /** Stores another account with its key, and puts it in use; only the latter if an account has this key already. */
  add(account: NewAccount): Promise<StoredProfile>;
  /** Stores a new key of an account, with the key's workspaces if known, and puts it in use. @returns false if the account no longer exists */
  replaceKey(id: string, key: string, workspaces?: KnownWorkspaces): Promise<boolean>;
  /** Changes name, color or workspaces. @returns false if the account no longer exists */
  update(id: string, fields: Partial<Pick<StoredProfile, "name" | "color" | "workspaces">>): Promise<boolean>;
  /** Puts an account in use in all windows: the id of a profile, "sample" or "environment". One that is gone is ignored. */
  use(choice: string | undefined): Promise<void>;
  /** Deletes an account and its key. @returns false if the account no longer exists */
  remove(id: string): Promise<boolean>;
}

/** How long reading waits until this window has completed what a closed window had begun. */
const TIDY_MS = 3_000;

/** How long a change waits until this window has received the list that another window has just written. */
const RECEIVE_MS = 2_000;

export function createProfileChanges(
  secrets: vscode.SecretStorage,
  lock: ProfileLock,
  now: () => number,
): ProfileChanges & { tidyList(): Promise<ProfileList> } {
  const readList = async () => (await readProfiles(secrets)).list;
  const storedKey = async (id: string) => secrets.get(keyId(id));
  const readImport = async (found: Found) =>
    importOlder(found, { oldKey: async (id) => secrets.get(oldKeyId(id)), storedKey, now: now() });

  /** Changes the list as it is at this moment: call with the lock. */
  async function write(change: (list: ProfileList) => ProfileList): Promise<ProfileList> {
    const list = await readList();
    const changed = change(list);
    if (changed === list) return list;
    const next = { ...changed, revision: Math.max(list.revision, await lock.lastRevision()) + 1 };
    await secrets.store(secretIds.profiles, JSON.stringify(next));
    await lock.setRevision(next.revision);
    return next;
  }

  /** Waits until this window has the latest list. Afterwards its list counts as the latest. */
  async function receive(): Promise<void> {
    const last = await lock.lastRevision();
    for (const deadline = Date.now() + RECEIVE_MS; Date.now() < deadline; await sleep(25))
      if ((await readList()).revision >= last) return;
  }

  /** Stores keys of earlier versions as accounts. */
  async function importKeys({ list, keys, current, done, outdated }: Import): Promise<void> {
    if (keys.size > 0) await write(() => list);
    for (const [id, key] of keys) await secrets.store(keyId(id), key);
    if (!done && outdated.length > 0) await secrets.delete(secretIds.oldAccounts);
    for (const id of outdated) await secrets.delete(oldKeyId(id));
    await write((written) => {
      // If the folder of the lock can't be written, another window may have dropped the unfinished accounts.
      const added = list.profiles.filter(({ id }) => keys.has(id)).reduce(withProfile, written);
      const complete = completeChanges(added, new Set(keys.keys()));
      return withCurrent({ ...complete, imported: done }, current);
    });
  }

  /** Completes what a closed window has begun, and takes over accounts of earlier versions. Call with the lock. */
  async function tidy(): Promise<void> {
    await receive();
    const found = await readProfiles(secrets);
    const unfinished = found.list.profiles.filter(({ state }) => state !== undefined);
    if (unfinished.length > 0) {
      for (const { id, state } of unfinished) if (state === "removing") await deleteKeys(id);
      const keys = await Promise.all(unfinished.map(async ({ id }) => [id, await storedKey(id)] as const));
      const stored = new Set(keys.flatMap(([id, key]) => (key ? [id] : [])));
      await write((list) => completeChanges(list, stored));
    }
    const due = await readImport(await readProfiles(secrets));
    if (due) await importKeys(due);
    const { legacyKey } = found;
    if (legacyKey && legacyKey === (await secrets.get(secretIds.legacyKey)))
      await secrets.delete(secretIds.legacyKey).then(undefined, () => {});
  }

  /** Deletes all copies of an account's key, those for windows of earlier versions first. */
  async function deleteKeys(id: string): Promise<void> {
    const old = parseOldList(await secrets.get(secretIds.oldAccounts));
    if (old?.profiles.some((one) => one.id === id)) {
      const profiles = old.profiles.filter((one) => one.id !== id);
      const current = old.current === id ? undefined : old.current;
      // These windows are signed out before the key is deleted.
      if (profiles.length > 0)
        await secrets.store(secretIds.oldAccounts, JSON.stringify({ ...old, profiles, current }));
      else await secrets.delete(secretIds.oldAccounts);
    }
    await secrets.delete(oldKeyId(id));
    await secrets.delete(keyId(id));
  }

  /** Runs changes of this window one after another, and those of other windows before or after them. */
  const exclusively = <T>(change: () => Promise<T>): Promise<T> =>
    lock.run(async () => {
      await tidy();
      return change();
    });

  return {
    /** Completes what is unfinished, unless a window is about to, and returns the list. */
    async tidyList() {
      // If SecretStorage is read-only or hangs, the user stays signed in; the next call tries again.
      await Promise.race([lock.runIfFree(tidy).catch(() => {}), sleep(TIDY_MS, undefined, { ref: false })]);
      const found = await readProfiles(secrets);
      const due = await readImport(found);
      return due ? withCurrent(completeChanges(due.list, new Set(due.keys.keys())), due.current) : found.list;
    },
    add: ({ key, name, workspaces }) =>
      exclusively(async () => {
        const { profiles } = await readList();
        for (const profile of profiles) {
          if ((await storedKey(profile.id)) !== key) continue;
          // Another window has just stored the same key.
          await write((list) => withCurrent(list, profile.id));
          return profile;
        }
        const isFree = (id: string) => profiles.every((one) => one.id !== id);
        // An earlier key of an account may have given it this id.
        const id = isFree(getAccountId(key)) ? getAccountId(key) : crypto.randomUUID().replaceAll("-", "").slice(0, 16);
        const profile: StoredProfile = { id, name: usableName(name, profiles), color: nextColor(profiles), workspaces };
        // The entry first: a key without an entry could never be removed.
        await write((list) => withProfile(list, { ...profile, state: "adding" }));
        await secrets.store(keyId(id), key);
        await write((list) => withCurrent(withProfile(list, profile), id));
        return profile;
      }),
    replaceKey: (id, key, workspaces) =>
      exclusively(async () => {
        const profile = (await readList()).profiles.find((one) => one.id === id);
        if (!profile) return false;
        await secrets.store(keyId(id), key);
        await secrets.delete(oldKeyId(id)).then(undefined, () => {});
        await write((list) => withCurrent(withProfile(list, { ...profile, workspaces }), id));
        return true;
      }),
    update: (id, { name, ...fields }) =>
      exclusively(async () => {
        const { profiles } = await readList();
        const profile = profiles.find((one) => one.id === id);
        if (!profile) return false;
        const others = profiles.filter((one) => one !== profile);
        const next = { ...profile, ...fields, name: name === undefined ? profile.name : usableName(name, others) };
        await write((list) => withProfile(list, next));
        return true;
      }),
    async use(choice) {
      const isKnown = ({ profiles }: ProfileList) =>
        choice === undefined ||
        [SAMPLE_ID, ENVIRONMENT_ID].includes(choice) ||
        profiles.some(({ id }) => id === choice);
      await exclusively(() => write((list) => (isKnown(list) ? withCurrent(list, choice) : list)));
    },
    remove: (id) =>
      exclusively(async () => {
        const profile = (await readList()).profiles.find((one) => one.id === id);
        if (!profile) return false;
        // Another account is in use before the key is deleted, and the entry goes last.
        await write((list) => ({
          ...withoutProfile(list, id),
          profiles: withProfile(list, { ...profile, state: "removing" }).profiles,
        }));
        await deleteKeys(id);
        await write((list) => withoutProfile(list, id));
        return true;
      }),
  };
}
