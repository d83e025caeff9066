// The store of accounts of version 0.2, unchanged: its windows may be open while the new version runs.
import type * as vscode from "vscode";
import { getAccountId } from "../../src/openrouter/account/accountId.ts";

const secretIds = {
  accounts: "openrouterAdmin.accounts",
  keyPrefix: "openrouterAdmin.key.",
  legacyKey: "openrouterAdmin.provisioningKey",
};

/** An account known to this extension. Its key, pending secrets and rotations are stored under its id. */
interface Profile {
  id: string;
  name: string;
}

interface StoredAccount {
  profile: Profile;
  /** Provisioning (Management) key. */
  key: string;
}

/** Stores the accounts whose keys are in SecretStorage; currently one. */
interface ProfileStore {
  /** Returns the account in use with its key; undefined if none is stored. Migrates the key of version 0. */
  current(): Promise<StoredAccount | undefined>;
  /** Returns the ids of all accounts whose keys are stored. */
  ids(): Promise<ReadonlySet<string>>;
  /** Stores a key and puts its account in use, replacing the previous one. */
  save(key: string): Promise<void>;
  /** Deletes the account in use and its key. */
  remove(): Promise<void>;
  /** True if a change of this secret, in any window, may have changed the account in use. */
  isAccountSecret(secretId: string): boolean;
}

/** The list of accounts. Stored as a secret only because all windows are notified of changes to secrets. */
interface Index {
  version: 1;
  profiles: (Profile & {
    /** When a window started to store its key, in ms since the epoch. */
    since?: number;
  })[];
  current?: string;
}

/** A window that has not finished storing a key after this time never will. */
const STALE_MS = 60_000;

const DEFAULT_NAME = "OpenRouter";
const EMPTY_INDEX: Index = { version: 1, profiles: [] };

/** Reads SecretStorage each time instead of caching, so that all windows see the same account. */
export function createOldProfileStore(secrets: vscode.SecretStorage, now: () => number = Date.now): ProfileStore {
  const keyId = (id: string) => `${secretIds.keyPrefix}${id}`;

  async function readIndex(): Promise<Index> {
    return parseIndex(await secrets.get(secretIds.accounts)) ?? EMPTY_INDEX;
  }

  const writeIndex = (next: Omit<Index, "version">) =>
    secrets.store(secretIds.accounts, JSON.stringify({ version: 1, ...next } satisfies Index));

  /** If the window closes after any step, the next start can continue from there. */
  async function save(key: string): Promise<void> {
    const { profiles, current } = await readIndex();
    const profile = { id: getAccountId(key), name: DEFAULT_NAME, since: now() };
    const others = profiles.filter(({ id }) => id !== profile.id);
    // The entry first: a key without an entry could never be removed. The account in use changes once the key is stored.
    await writeIndex({ profiles: [profile, ...others], current: current ?? profile.id });
    await secrets.store(keyId(profile.id), key);
    await writeIndex({ profiles: [profile, ...others], current: profile.id });
    // The account is now in use. Other accounts are removed now or at the next start.
    if (others.length > 0) await removeAccounts(others, profile.id).catch(() => {});
    await secrets.delete(secretIds.legacyKey).then(undefined, () => {});
  }

  /** Deletes the other accounts, unless another window has changed the account in use; then that window does it. */
  async function removeAccounts(others: readonly Profile[], current: string | undefined): Promise<void> {
    if ((await readIndex()).current !== current) return;
    for (const { id } of others) await secrets.delete(keyId(id));
    if ((await secrets.get(secretIds.accounts)) === undefined) return;
    const { profiles, current: now } = await readIndex();
    if (now !== current) return;
    const remaining = profiles.filter(({ id }) => !others.some((other) => other.id === id));
    if (remaining.length > 0) await writeIndex({ profiles: remaining, current });
    else await secrets.delete(secretIds.accounts);
  }

  async function readCurrent(): Promise<StoredAccount | undefined> {
    const { profiles, current } = await readIndex();
    const profile = profiles.find(({ id }) => id === current);
    const key = profile && (await secrets.get(keyId(profile.id)));
    return key ? { profile: { id: profile.id, name: profile.name }, key } : undefined;
  }

  let migrating: Promise<void> | undefined;

  /** Moves the single key of version 0 to an account. Safe if two windows do this at the same time. */
  async function migrate(key: string): Promise<void> {
    migrating ??= save(key).finally(() => {
      migrating = undefined;
    });
    // If SecretStorage is read-only, the user stays signed in; the next call tries again.
    await migrating.catch(() => {});
  }

  return {
    save,
    async current() {
      const before = await readCurrent();
      const old = await secrets.get(secretIds.legacyKey);
      // The account in use wins over a legacy key that couldn't be deleted or that a window of version 0 has set.
      if (old && before) await secrets.delete(secretIds.legacyKey).then(undefined, () => {});
      else if (old) await migrate(old);
      const { profiles, current } = await readIndex();
      // Left over from a window that closed while replacing an account.
      const leftovers = profiles.filter(({ id, since = 0 }) => id !== current && now() - since > STALE_MS);
      if (leftovers.length > 0) await removeAccounts(leftovers, current).catch(() => {});
      return (
        (await readCurrent()) ??
        (old ? { profile: { id: getAccountId(old), name: DEFAULT_NAME }, key: old } : undefined)
      );
    },
    ids: async () => new Set((await readIndex()).profiles.map(({ id }) => id)),
    async remove() {
      const { profiles } = await readIndex();
      await secrets.delete(secretIds.legacyKey);
      // This signs out. The list is deleted last, so that no key is left without an entry.
      await writeIndex({ profiles });
      for (const { id } of profiles) await secrets.delete(keyId(id));
      await secrets.delete(secretIds.accounts);
    },
    isAccountSecret: (secretId) => secretId === secretIds.accounts || secretId === secretIds.legacyKey,
  };
}

function parseIndex(text: string | undefined): Index | undefined {
  try {
    const index = JSON.parse(text ?? "") as Partial<Index>;
    const isProfile = (one: Partial<Profile> | null) => typeof one?.id === "string" && typeof one.name === "string";
    return index.version === 1 && index.profiles?.every(isProfile) ? (index as Index) : undefined;
  } catch {
    return undefined;
  }
}
