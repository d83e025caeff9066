import { createHash } from "node:crypto";
import type * as vscode from "vscode";
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
  profiles: Profile[];
  current?: string;
}

/** What accounts are called that nobody has named. */
const NAME = "OpenRouter";
const none: Index = { version: 1, profiles: [] };

/** Keeps nothing in memory: SecretStorage is asked each time, so that every window sees the same account. */
export function createProfileStore(secrets: vscode.SecretStorage): ProfileStore {
  const keyId = (id: string) => `${secretIds.keyPrefix}${id}`;

  async function index(): Promise<Index> {
    return parseIndex(await secrets.get(secretIds.accounts)) ?? none;
  }

  async function save(key: string): Promise<void> {
    const { profiles } = await index();
    const profile = { id: profileId(key), name: NAME };
    // The key before its entry: an entry without a key would read as signed out.
    await secrets.store(keyId(profile.id), key);
    const next: Index = { version: 1, profiles: [profile], current: profile.id };
    await secrets.store(secretIds.accounts, JSON.stringify(next));
    for (const { id } of profiles) if (id !== profile.id) await secrets.delete(keyId(id));
  }

  /** Before accounts had ids, there was one key under a fixed name. Two windows that do this at once do the same. */
  async function migrate(): Promise<void> {
    const key = await secrets.get(secretIds.keyOfVersion0);
    if (!key) return;
    await save(key);
    await secrets.delete(secretIds.keyOfVersion0);
  }

  return {
    save: async (key) => {
      await save(key);
      await secrets.delete(secretIds.keyOfVersion0);
    },
    async current() {
      await migrate();
      const { profiles, current } = await index();
      const profile = profiles.find(({ id }) => id === current);
      const key = profile && (await secrets.get(keyId(profile.id)));
      return key ? { profile, key } : undefined;
    },
    ids: async () => new Set((await index()).profiles.map(({ id }) => id)),
    async remove() {
      const { profiles } = await index();
      await secrets.delete(secretIds.keyOfVersion0);
      await secrets.delete(secretIds.accounts);
      for (const { id } of profiles) await secrets.delete(keyId(id));
    },
    concerns: (secretId) => secretId === secretIds.accounts || secretId === secretIds.keyOfVersion0,
  };
}

/** Says nothing of the key, and is the same in every window and whenever the key is set again. */
export function profileId(key: string): string {
  return createHash("sha256").update(`openrouter-admin account\0${key}`).digest("hex").slice(0, 16);
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
