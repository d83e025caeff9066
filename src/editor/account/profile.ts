import type * as vscode from "vscode";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { secretIds } from "../platform/ids.ts";
import { type Found, isImportDue } from "./importDue.ts";
import type { ProfileChanges, ProfileLock } from "./profileChanges.ts";
import type { ProfileList } from "./profileList.ts";
import { keyId, oldKeyId, readProfiles } from "./readProfiles.ts";

/** Stores the accounts and their keys in SecretStorage. A crash after any step loses no key. */
export interface ProfileStore extends ProfileChanges {
  /** Returns the accounts; includes those of earlier versions. */
  list(): Promise<ProfileList>;
  /** Returns the key of an account; undefined if it isn't stored. */
  key(id: string): Promise<string | undefined>;
  /** True if a change of this secret, in any window, may have changed an account. */
  isAccountSecret(secretId: string): boolean;
}

/** Reads SecretStorage each time instead of caching, so that all windows see the same accounts. */
export function createProfileStore(
  secrets: vscode.SecretStorage,
  createLock: () => ProfileLock | Promise<ProfileLock>,
  now: () => number = Date.now,
): ProfileStore {
  // Imported with the first change, not when the extension activates.
  let changing: ReturnType<typeof openChanges> | undefined;
  async function openChanges() {
    const [{ createProfileChanges }, lock] = await Promise.all([import("./profileChanges.ts"), createLock()]);
    return createProfileChanges(secrets, lock, now);
  }
  const changes = () => {
    changing ??= openChanges();
    return changing;
  };

  const isTidy = (found: Found) =>
    !found.legacyKey && found.list.profiles.every(({ state }) => state === undefined) && !isImportDue(found, now());

  return {
    async list() {
      const found = await readProfiles(secrets);
      return isTidy(found) ? found.list : (await changes()).tidyList();
    },
    async key(id) {
      const key = await secrets.get(keyId(id));
      if (key) return key;
      const legacy = await secrets.get(secretIds.legacyKey);
      return (await secrets.get(oldKeyId(id))) || (legacy && getAccountId(legacy) === id ? legacy : undefined);
    },
    add: async (account) => (await changes()).add(account),
    replaceKey: async (...given) => (await changes()).replaceKey(...given),
    update: async (...given) => (await changes()).update(...given),
    use: async (choice) => (await changes()).use(choice),
    remove: async (id) => (await changes()).remove(id),
    isAccountSecret: (secretId) =>
      ([secretIds.profiles, secretIds.oldAccounts, secretIds.legacyKey] as string[]).includes(secretId) ||
      secretId.startsWith(secretIds.keyPrefix),
  };
}
