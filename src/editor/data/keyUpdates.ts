import type { Key } from "../../openrouter/index.ts";
import type { KeysData } from "./accountData.ts";

// Apply the result of a write to the loaded keys, without reloading them. Pure.

type Update<T> = (data: T) => T;

/** True if all keys were read, so that a key missing from the list no longer exists. */
export function isComplete({ unreadable, unreadableWorkspaces }: KeysData): boolean {
  return !unreadable && !unreadableWorkspaces;
}

/** Adds a created key at the beginning, or replaces a changed one. */
export function withKey(key: Key): Update<KeysData> {
  return (data) => {
    const known = data.keys.some(({ hash }) => hash === key.hash);
    const keys = known ? data.keys.map((one) => (one.hash === key.hash ? key : one)) : [key, ...data.keys];
    return { ...data, keys };
  };
}

/** Removes deleted keys. */
export function withoutKeys(...hashes: readonly string[]): Update<KeysData> {
  return (data) => ({ ...data, keys: data.keys.filter(({ hash }) => !hashes.includes(hash)) });
}

/** Disables or enables a key. */
export function withDisabled(hash: string, disabled: boolean): Update<KeysData> {
  return (data) => ({ ...data, keys: data.keys.map((key) => (key.hash === hash ? { ...key, disabled } : key)) });
}
