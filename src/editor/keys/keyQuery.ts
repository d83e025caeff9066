import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import { canonicalLocale } from "../../openrouter/text/locale.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";

export const keySorts = ["name", "today", "month", "total", "created"] as const;
export type KeySort = (typeof keySorts)[number];

/** The filter and sort order of the Keys view. */
export interface KeyQuery {
  filter: string;
  sort: KeySort;
  showDisabled: boolean;
  /** Hashes of keys that were changed here; they stay visible even if disabled. */
  pinned: ReadonlySet<string>;
}

/**
 * Returns the visible keys, sorted, and the number of hidden disabled keys. Sorts spend highest first, creation newest first.
 * @param stateText the key's state in the display language, which the filter also matches
 */
export function selectKeys(
  keys: readonly Key[],
  query: KeyQuery,
  locale?: string,
  stateText: (key: Key) => string = getKeyStatus,
): { visible: Key[]; hiddenDisabledCount: number } {
  const words = query.filter.toLocaleLowerCase(canonicalLocale(locale)).split(/\s+/).filter(Boolean);
  const matching = words.length ? keys.filter((key) => matches(key, words, stateText(key), locale)) : keys;
  const isVisible = (key: Key) => query.showDisabled || !key.disabled || query.pinned.has(key.hash);
  const visible = matching.filter(isVisible);
  return {
    visible: visible.sort(compareBy(query.sort, locale)),
    hiddenDisabledCount: matching.length - visible.length,
  };
}

/** Returns a function that counts how many keys in a key's workspace have its name; during a rotation, two have. */
export function countSameName(keys: readonly Key[]): (key: Key) => number {
  const nameInWorkspace = (key: Key) => `${key.workspace_id} ${key.name}`;
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(nameInWorkspace(key), (counts.get(nameInWorkspace(key)) ?? 0) + 1);
  return (key) => counts.get(nameInWorkspace(key)) ?? 0;
}

/** True if each word occurs in the name, label, hash, creator or state. */
function matches(key: Key, words: string[], state: string, locale?: string): boolean {
  const text = [key.name, shortLabel(key.label), key.hash, key.creator_user_id ?? "", getKeyStatus(key), state]
    .join("\n")
    .toLocaleLowerCase(canonicalLocale(locale));
  return words.every((word) => text.includes(word));
}

function compareBy(sort: KeySort, locale?: string): (a: Key, b: Key) => number {
  const compareNames = nameComparator(locale);
  const byNameAndHash = (a: Key, b: Key) => compareNames(a.name, b.name) || (a.hash < b.hash ? -1 : 1);
  const spend = (field: "usage_daily" | "usage_monthly" | "usage") => (a: Key, b: Key) =>
    b[field] - a[field] || byNameAndHash(a, b);
  switch (sort) {
    case "today":
      return spend("usage_daily");
    case "month":
      return spend("usage_monthly");
    case "total":
      return spend("usage");
    case "created":
      return (a, b) => (a.created_at === b.created_at ? byNameAndHash(a, b) : a.created_at < b.created_at ? 1 : -1);
    default:
      return byNameAndHash;
  }
}
