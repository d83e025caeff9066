import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getLastUse } from "../../openrouter/keys/keyStatus.ts";
import { getLimitShare } from "../../openrouter/keys/limitShare.ts";
import type { KeySort } from "./keySorts.ts";

/**
 * Sorts keys: spend and share of the limit highest first, times newest first, and the longest unused first for `unused`.
 * @param byName the keys sorted by name, which is also the order among equals
 * @param readAt when the keys were read
 */
export function sortKeys(byName: readonly Key[], sort: KeySort, readAt: Date): readonly Key[] {
  const figure = figures[sort];
  if (!figure) return byName;
  const figureOf = new Map(byName.map((key) => [key, figure(key, readAt)]));
  return byName.toSorted((a, b) => compare(figureOf.get(b), figureOf.get(a)));
}

const figures: Partial<Record<KeySort, (key: Key, readAt: Date) => number>> = {
  today: (key) => getKeyCost(key, "today"),
  month: (key) => getKeyCost(key, "month"),
  total: (key) => getKeyCost(key, "total"),
  limit: (key, readAt) => getLimitShare(key, readAt)?.share ?? -1,
  used: lastUse,
  unused: (key) => -lastUse(key),
  created: (key) => milliseconds(key.created_at),
};

/** The time of the last use in milliseconds; keys without one are older, never used ones oldest. */
function lastUse(key: Key): number {
  const use = getLastUse(key);
  if (use.kind === "used") return milliseconds(use.at);
  return { idle: -1, unknown: -2, never: -3 }[use.kind];
}

/** 0 for an invalid date. */
const milliseconds = (iso: string) => Date.parse(iso) || 0;

const compare = (a = 0, b = 0) => (a < b ? -1 : a > b ? 1 : 0);
