import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { nameComparator } from "../../openrouter/text/format.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";

export const keySorts = ["name", "today", "month", "total", "created"] as const;
export type KeySort = (typeof keySorts)[number];

/** Which keys the Keys view shows, and in what order. */
export interface KeyQuery {
  filter: string;
  sort: KeySort;
  showDisabled: boolean;
  /** Keys that were changed here: they stay in sight, disabled or not. */
  pinned: ReadonlySet<string>;
}

/**
 * The keys to show, sorted, and how many the query hides. Spend is sorted highest first, creation newest first.
 * @param words what else of a key may be filtered for: its state in the reader's language
 */
export function selectKeys(
  keys: readonly Key[],
  query: KeyQuery,
  locale?: string,
  words: (key: Key) => string = getKeyStatus,
): { shown: Key[]; hiddenDisabledCount: number } {
  const asked = query.filter.toLocaleLowerCase(locale).split(/\s+/).filter(Boolean);
  const matching = asked.length ? keys.filter((key) => matches(key, asked, words(key), locale)) : keys;
  const visible = (key: Key) => query.showDisabled || !key.disabled || query.pinned.has(key.hash);
  const shown = matching.filter(visible);
  return { shown: shown.sort(order(query.sort, locale)), hiddenDisabledCount: matching.length - shown.length };
}

/** How many keys of its workspace have a key's name: during a rotation, for instance, two. */
export function countSameName(keys: readonly Key[]): (key: Key) => number {
  const place = (key: Key) => `${key.workspace_id} ${key.name}`;
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(place(key), (counts.get(place(key)) ?? 0) + 1);
  return (key) => counts.get(place(key)) ?? 0;
}

/** Every word is in the name, the label, the hash, the creator or the state. */
function matches(key: Key, asked: string[], state: string, locale?: string): boolean {
  const text = [key.name, shortLabel(key.label), key.hash, key.creator_user_id ?? "", getKeyStatus(key), state]
    .join("\n")
    .toLocaleLowerCase(locale);
  return asked.every((word) => text.includes(word));
}

function order(sort: KeySort, locale?: string): (a: Key, b: Key) => number {
  const name = nameComparator(locale);
  const names = (a: Key, b: Key) => name(a.name, b.name) || (a.hash < b.hash ? -1 : 1);
  const spend = (field: "usage_daily" | "usage_monthly" | "usage") => (a: Key, b: Key) =>
    b[field] - a[field] || names(a, b);
  switch (sort) {
    case "today":
      return spend("usage_daily");
    case "month":
      return spend("usage_monthly");
    case "total":
      return spend("usage");
    case "created":
      return (a, b) => (a.created_at === b.created_at ? names(a, b) : a.created_at < b.created_at ? 1 : -1);
    default:
      return names;
  }
}
