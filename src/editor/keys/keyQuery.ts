import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import type { KeySearch } from "./keySearch.ts";
import type { KeySort } from "./keySorts.ts";

/** The filter and sort order of the Keys view. */
export interface KeyQuery {
  filter: string;
  sort: KeySort;
  /** Whether disabled and expired keys are shown. */
  showInactive: boolean;
  /** Hashes of keys that were created or changed here; they stay visible even if disabled or expired. */
  pinned: ReadonlySet<string>;
  /** Those that stay visible even if they don't match the filter, until another one is set. */
  pinnedInFilter: ReadonlySet<string>;
}

export interface HiddenCount {
  disabled: number;
  expired: number;
}

export interface Selection {
  visible: Key[];
  /** Counts the visible keys that don't match the filter, but were just created or changed. */
  notMatching: number;
  /** Counts the matching keys that are hidden because they are disabled or expired. */
  hidden: HiddenCount;
}

/** Returns the visible keys in the given order, and the number of hidden ones. */
export function selectKeys(keys: readonly Key[], query: KeyQuery, search: KeySearch): Selection {
  const find = search.compile(query.filter);
  const selection: Selection = { visible: [], notMatching: 0, hidden: { disabled: 0, expired: 0 } };
  for (const key of keys) {
    const found = find(key);
    if (!found && !query.pinnedInFilter.has(key.hash)) continue;
    const status = getKeyStatus(key);
    if (status === "active" || query.showInactive || query.pinned.has(key.hash) || found === "byStatus") {
      selection.visible.push(key);
      if (!found) selection.notMatching++;
    } else if (found) selection.hidden[status]++;
  }
  return selection;
}

/**
 * Returns a function that says whether another key has the same name: "near" in the same workspace, "far" in another.
 * Names that look the same are the same. @param nameOf the name as it is shown
 */
export function findTwins(
  keys: readonly Key[],
  nameOf: (key: Key) => string,
): (key: Key) => "near" | "far" | undefined {
  const counts = new Map<string, number>();
  const inAccount = (key: Key) => visualForm(nameOf(key));
  const inWorkspace = (key: Key) => `${key.workspace_id}\n${inAccount(key)}`;
  for (const id of keys.flatMap((key) => [inAccount(key), inWorkspace(key)])) counts.set(id, (counts.get(id) ?? 0) + 1);
  const isTwice = (id: string) => (counts.get(id) ?? 0) > 1;
  return (key) => (isTwice(inWorkspace(key)) ? "near" : isTwice(inAccount(key)) ? "far" : undefined);
}
