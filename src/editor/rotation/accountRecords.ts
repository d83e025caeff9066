import { belongsTo } from "../../openrouter/rotation/belongsTo.ts";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import { isSampleId } from "../account/sampleId.ts";
import type { KeysData } from "../data/accountData.ts";
import { isComplete } from "../data/keyUpdates.ts";
import type { Snapshot } from "../data/resource.ts";

// Finds the stored records that belong to the current account. Pure.

/** Profile ids. */
export interface Accounts {
  /** The current account. */
  current: string;
  /** All accounts that are set up; undefined until they have been read. */
  all: ReadonlySet<string> | undefined;
}

/**
 * Compares a record's account with the current one. Returns "unknown" if the record has no account (earlier versions), or
 * one that was removed and may have been set up again under another id; the account's keys must then decide. A sample account
 * is never set up again.
 */
export function matchAccount(account: string | undefined, { current, all }: Accounts): "current" | "other" | "unknown" {
  if (account === current) return "current";
  if (account === undefined) return "unknown";
  if (isSampleId(account)) return "other";
  return !all || all.has(account) ? "other" : "unknown";
}

/**
 * Returns the rotations of the current account. Leaves out those whose keys were all deleted: no step is possible.
 * @param keys the account's keys, as far as they have been read
 */
export function rotationsOfAccount(
  records: readonly Rotation[],
  accounts: Accounts,
  keys: Snapshot<KeysData> | undefined,
): Rotation[] {
  const matchesKeys = (record: Rotation) => belongsTo(record, keys?.value.keys ?? []);
  const hashes = new Set(keys?.value.keys.map(({ hash }) => hash));
  const isListComplete = keys?.complete === true && isComplete(keys.value);
  return records.filter((record) => {
    const match = matchAccount(record.account, accounts);
    if (match === "current") return !isListComplete || matchesKeys(record);
    // The account may be set up twice, with two management keys. A common key proves that; a common workspace doesn't.
    return match === "unknown" ? matchesKeys(record) : hasKeyOf(record, hashes);
  });
}

/** True if one of the rotation's keys is in the account. */
function hasKeyOf({ old, new: created }: Rotation, hashes: ReadonlySet<string>): boolean {
  return hashes.has(old.hash) || (created !== undefined && hashes.has(created.hash));
}
