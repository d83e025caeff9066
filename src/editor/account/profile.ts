import type * as vscode from "vscode";
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { secretIds } from "../platform/ids.ts";

/** An account as this extension knows it. Its key, its pending secrets and its rotations are stored under its id. */
export interface Profile {
  id: string;
  name: string;
}

export interface StoredAccount {
  profile: Profile;
  /** Provisioning (Management) key. */
  key: string;
}

/** The accounts whose keys are in SecretStorage: one today. */
export interface ProfileStore {
  /** The account in use with its key; undefined where none is stored. Migrates what version 0 stored. */
  current(): Promise<StoredAccount | undefined>;
  /** The ids of all accounts whose keys are stored. */
  ids(): Promise<ReadonlySet<string>>;
  /** Stores a key as the account in use, in place of the one before. */
  save(key: string): Promise<void>;
  /** Forgets the account in use and its key. */
  remove(): Promise<void>;
  /** True if a change of this secret, in whatever window, may have changed the account in use. */
  concerns(secretId: string): boolean;
}

/** The list of accounts. It is a secret only so that every window hears of its changes. */
interface Index {
  version: 1;
  profiles: (Profile & {
    /** When a window began to store its key, ms. */
    since?: number;
  })[];
  current?: string;
}

/** What a window has not finished after so long, it never will. */
const LEFT_MS = 60_000;

/** What accounts are called that nobody has named. */
const NAME = "OpenRouter";
const none: Index = { version: 1, profiles: [] };

/** Keeps nothing in memory: SecretStorage is asked each time, so that every window sees the same account. */
export function createProfileStore(secrets: vscode.SecretStorage, now: () => number = Date.now): ProfileStore {
  const keyId = (id: string) => `${secretIds.keyPrefix}${id}`;

  async function index(): Promise<Index> {
    return parseIndex(await secrets.get(secretIds.accounts)) ?? none;
  }

  const write = (next: Omit<Index, "version">) =>
    secrets.store(secretIds.accounts, JSON.stringify({ version: 1, ...next } satisfies Index));

  /** Each step leaves what the next start can go on from, should the window end after it. */
  async function save(key: string): Promise<void> {
    const { profiles, current } = await index();
    const profile = { id: getAccountId(key), name: NAME, since: now() };
    const others = profiles.filter(({ id }) => id !== profile.id);
    // The entry first: a key that nothing points to could never be removed. What is in use stays so, until there is a key.
    await write({ profiles: [profile, ...others], current: current ?? profile.id });
    await secrets.store(keyId(profile.id), key);
    await write({ profiles: [profile, ...others], current: profile.id });
    // The account is in use from here on: what is left of others goes now, or at the next start.
    if (others.length > 0) await forget(others, profile.id).catch(() => {});
    await secrets.delete(secretIds.legacyKey).then(undefined, () => {});
  }

  /** Nothing is forgotten once another window has put another account in use: what is left of others is its to say. */
  async function forget(others: readonly Profile[], current: string | undefined): Promise<void> {
    if ((await index()).current !== current) return;
    for (const { id } of others) await secrets.delete(keyId(id));
    if ((await secrets.get(secretIds.accounts)) === undefined) return;
    const { profiles, current: now } = await index();
    if (now !== current) return;
    const left = profiles.filter(({ id }) => !others.some((other) => other.id === id));
    if (left.length > 0) await write({ profiles: left, current });
    else await secrets.delete(secretIds.accounts);
  }

  async function stored(): Promise<StoredAccount | undefined> {
    const { profiles, current } = await index();
    const profile = profiles.find(({ id }) => id === current);
    const key = profile && (await secrets.get(keyId(profile.id)));
    return key ? { profile: { id: profile.id, name: profile.name }, key } : undefined;
  }

  let migrating: Promise<void> | undefined;

  /** Before accounts had ids, there was one key under a fixed name. Two windows that do this at once do the same. */
  async function migrate(key: string): Promise<void> {
    migrating ??= save(key).finally(() => {
      migrating = undefined;
    });
    // A storage that can be read and not written is no reason to be signed out: it is tried again the next time.
    await migrating.catch(() => {});
  }

  return {
    save,
    async current() {
      const before = await stored();
      const old = await secrets.get(secretIds.legacyKey);
      // An account that is in use already goes before what could not be deleted, or a window of version 0 has set.
      if (old && before) await secrets.delete(secretIds.legacyKey).then(undefined, () => {});
      else if (old) await migrate(old);
      const { profiles, current } = await index();
      // Left by a window that ended while it put one account in another's place.
      const left = profiles.filter(({ id, since = 0 }) => id !== current && now() - since > LEFT_MS);
      if (left.length > 0) await forget(left, current).catch(() => {});
      return (await stored()) ?? (old ? { profile: { id: getAccountId(old), name: NAME }, key: old } : undefined);
    },
    ids: async () => new Set((await index()).profiles.map(({ id }) => id)),
    async remove() {
      const { profiles } = await index();
      await secrets.delete(secretIds.legacyKey);
      // From here on it is signed out; the entry goes last, so that no key stays that nothing points to.
      await write({ profiles });
      for (const { id } of profiles) await secrets.delete(keyId(id));
      await secrets.delete(secretIds.accounts);
    },
    concerns: (secretId) => secretId === secretIds.accounts || secretId === secretIds.legacyKey,
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
