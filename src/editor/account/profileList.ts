// The list of accounts as it is stored, and what may happen to it. Pure.
import { isObject } from "../../openrouter/json.ts";
import { oneLine } from "../../openrouter/text/printable.ts";

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
  /** Ids of the account's workspaces on OpenRouter: a key with one of them belongs to the same account. */
  workspaces?: readonly string[];
  /** Set while its key is being stored or deleted: if the editor closes meanwhile, the next change completes it. */
  state?: "adding" | "removing";
}

/** Choices of `current` that are not ids of profiles. */
export const SAMPLE_ID = "sample";
export const ENVIRONMENT_ID = "environment";
export const SAMPLE_NAME = "Sample";
export const ENVIRONMENT_NAME = "OPENROUTER_PROVISIONING_KEY";
export const DEFAULT_NAME = "OpenRouter";
export const MAX_NAME_LENGTH = 60;

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

/** Adds a profile, or changes the one with its id. */
export function withProfile(list: ProfileList, profile: StoredProfile): ProfileList {
  const exists = list.profiles.some(({ id }) => id === profile.id);
  const profiles = exists
    ? list.profiles.map((one) => (one.id === profile.id ? profile : one))
    : [...list.profiles, profile];
  return { ...list, profiles };
}

/** Removes a profile. If it was in use, the account before it is used, or the one that windows choose themselves. */
export function withoutProfile(list: ProfileList, id: string): ProfileList {
  const profiles = list.profiles.filter((one) => one.id !== id);
  const { current, previous } = list;
  const isLeft = (choice: string | undefined) =>
    choice !== id && choice !== SAMPLE_ID && (choice === ENVIRONMENT_ID || profiles.some((one) => one.id === choice));
  return {
    ...list,
    profiles,
    current: current !== id ? current : isLeft(previous) ? previous : undefined,
    previous: isLeft(previous) && current !== id ? previous : undefined,
  };
}

export function withCurrent(list: ProfileList, choice: string | undefined): ProfileList {
  if (list.current === choice) return list;
  return { ...list, current: choice, previous: list.current };
}

/**
 * Returns the account in use in a window: the chosen one; else the first stored one, the environment's or, if it was
 * chosen in an earlier version, the sample account.
 */
export function accountInUse(
  list: ProfileList,
  { hasEnvironment, prefersSample }: { hasEnvironment: boolean; prefersSample: boolean },
): string | undefined {
  const profiles = usableProfiles(list);
  const { current } = list;
  if (current === SAMPLE_ID || (current === ENVIRONMENT_ID && hasEnvironment)) return current;
  if (profiles.some(({ id }) => id === current)) return current;
  if (profiles[0]) return profiles[0].id;
  if (hasEnvironment) return ENVIRONMENT_ID;
  return prefersSample ? SAMPLE_ID : undefined;
}

/** Returns the color that the fewest accounts have. */
export function nextColor(profiles: readonly Profile[]): AccountColor {
  const count = (color: AccountColor) => profiles.filter((one) => one.color === color).length;
  return accountColors.toSorted((a, b) => count(a) - count(b))[0] ?? "blue";
}

const fold = (name: string) => name.normalize("NFKC").toLowerCase();
const RESERVED = [SAMPLE_NAME, ENVIRONMENT_NAME].map(fold);

export type NameProblem = "empty" | "long" | "unprintable" | "taken" | "reserved";

/** Returns what is wrong with the name of an account; undefined if it can be used. */
export function nameProblem(text: string, others: readonly Profile[]): NameProblem | undefined {
  const name = text.trim();
  if (name === "") return "empty";
  if ([...name].length > MAX_NAME_LENGTH) return "long";
  if (oneLine(name) !== name || !/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) return "unprintable";
  if (RESERVED.includes(fold(name))) return "reserved";
  return others.some((one) => fold(one.name) === fold(name)) ? "taken" : undefined;
}

/** Makes a name that can be used of any text, with a number if another account has it. */
export function usableName(text: string, others: readonly Profile[]): string {
  const clean = cut(oneLine(text).trim(), MAX_NAME_LENGTH);
  const base = ["empty", "unprintable"].includes(nameProblem(clean, []) ?? "") ? DEFAULT_NAME : clean;
  if (!nameProblem(base, others)) return base;
  for (let number = 2; ; number += 1) {
    const name = `${cut(base, MAX_NAME_LENGTH - 1 - String(number).length)} ${number}`;
    if (!nameProblem(name, others)) return name;
  }
}

const cut = (text: string, max: number) => [...text].slice(0, max).join("").trim();
