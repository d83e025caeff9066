// The list of accounts as it is stored, and which of them is in use. Pure.
import type { KnownWorkspaces } from "../../openrouter/account/workspaceIds.ts";
import { isObject } from "../../openrouter/json.ts";

/** Colors of the theme that all kinds of themes define, as in `charts.blue`. */
export const accountColors = ["blue", "green", "purple", "orange", "red", "yellow"] as const;
export type AccountColor = (typeof accountColors)[number];

/** An account. Its pending secrets and rotations are stored under its id, which stays the same if its key is replaced. */
export interface Profile {
  id: string;
  name: string;
  color?: AccountColor;
}

export interface StoredProfile extends Profile {
  /** The account's workspaces: a key with one of them belongs to the same account. */
  workspaces?: KnownWorkspaces;
  /** Set while its key is being stored or deleted: if the editor closes meanwhile, the next change completes it. */
  state?: "adding" | "removing";
}

/** Choices of `current` that are not ids of profiles. */
export const SAMPLE_ID = "sample";
export const ENVIRONMENT_ID = "environment";
export const SAMPLE_NAME = "Sample";
export const ENVIRONMENT_NAME = "OPENROUTER_PROVISIONING_KEY";
export const DEFAULT_NAME = "OpenRouter";

/** Stored as a secret only because all windows are notified of changes to secrets. Contains no key. */
export interface ProfileList {
  version: 2;
  /** Increases with each change: tells whether a window has already received the latest list. */
  revision: number;
  profiles: readonly StoredProfile[];
  /** The account in use in all windows: the id of a profile, "sample" or "environment". */
  current?: string;
  /** The account that was in use before. */
  previous?: string;
  /** What was last taken over from the list of version 1, which older windows may still change. */
  imported?: Imported;
}

export interface Imported {
  ids: readonly string[];
  current?: string;
  /** When older windows last changed it, in ms since the epoch. */
  since: number;
}

export const EMPTY_LIST: ProfileList = { version: 2, revision: 0, profiles: [] };

/** Invalid profiles are dropped; unknown fields are kept. @returns undefined if the text is no list */
export function parseList(text: string | undefined): ProfileList | undefined {
  const list = parseJson(text);
  if (!isObject(list) || !Array.isArray(list.profiles) || !(Number(list.version) >= 2)) return undefined;
  const profiles = list.profiles.filter(
    (one): one is StoredProfile => isObject(one) && typeof one.id === "string" && typeof one.name === "string",
  );
  const revision = Number.isSafeInteger(list.revision) ? (list.revision as number) : 0;
  return { ...list, profiles, revision } as unknown as ProfileList;
}

/** The list of version 1, of which one account was in use and all others were left over. */
export interface OldList {
  version: 1;
  profiles: { id: string; name: string }[];
  current?: string;
}

/** @returns undefined if the text is no list of version 1 */
export function parseOldList(text: string | undefined): OldList | undefined {
  const list = parseJson(text);
  if (!isObject(list) || list.version !== 1 || !Array.isArray(list.profiles)) return undefined;
  const isProfile = (one: unknown) => isObject(one) && typeof one.id === "string" && typeof one.name === "string";
  return list.profiles.every(isProfile) ? (list as unknown as OldList) : undefined;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** Returns the profiles whose keys are completely stored. */
export function usableProfiles({ profiles }: ProfileList): StoredProfile[] {
  return profiles.filter(({ state }) => state === undefined);
}

/**
 * Returns the account in use in a window: the chosen one; else the one chosen before, since a window without the
 * environment variable can't use its account; else the first stored one, the environment's or, if it was chosen in an
 * earlier version, the sample account.
 */
export function accountInUse(
  list: ProfileList,
  { hasEnvironment, prefersSample }: { hasEnvironment: boolean; prefersSample: boolean },
): string | undefined {
  const profiles = usableProfiles(list);
  const { current, previous } = list;
  if (current === SAMPLE_ID || (current === ENVIRONMENT_ID && hasEnvironment)) return current;
  const chosen = [current, previous].find((choice) => profiles.some(({ id }) => id === choice));
  if (chosen !== undefined) return chosen;
  if (profiles[0]) return profiles[0].id;
  if (hasEnvironment) return ENVIRONMENT_ID;
  return prefersSample ? SAMPLE_ID : undefined;
}
