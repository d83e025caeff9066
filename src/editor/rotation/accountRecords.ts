import { belongsTo } from "../../openrouter/rotation/assess.ts";
import type { Rotation } from "../../openrouter/rotation/record.ts";
import type { KeysData } from "../data/accountData.ts";
import type { Snapshot } from "../data/resource.ts";
import { isComplete } from "../data/updates.ts";

// Which of the stored records belong to the account in use. Pure.

/** Ids of profiles. */
export interface Accounts {
  /** The account in use. */
  own: string;
  /** All accounts that can be used; undefined until they are read. */
  known: ReadonlySet<string> | undefined;
}

/**
 * Whose record it is by the account that it names. "unknown" where it names none, as those of earlier versions, or one
 * that was removed and may have been set up again with another key: then the account's keys have to tell.
 */
export function matchAccount(account: string | undefined, { own, known }: Accounts): "own" | "other" | "unknown" {
  if (account === own) return "own";
  if (account === undefined) return "unknown";
  return !known || known.has(account) ? "other" : "unknown";
}

/**
 * The rotations of the account in use. One whose keys are all gone is left out: no step could be taken.
 * @param keys of the account, as far as they were read
 */
export function rotationsOfAccount(
  records: readonly Rotation[],
  accounts: Accounts,
  keys: Snapshot<KeysData> | undefined,
): Rotation[] {
  const isProven = (record: Rotation) => belongsTo(record, keys?.value.keys ?? []);
  const hashes = new Set(keys?.value.keys.map(({ hash }) => hash));
  const isKnownWhole = keys?.complete === true && isComplete(keys.value);
  return records.filter((record) => {
    const owner = matchAccount(record.account, accounts);
    if (owner === "own") return !isKnownWhole || isProven(record);
    // One of an account that has two keys may name the other one. Only its keys prove that: workspaces may look alike.
    return owner === "unknown" ? isProven(record) : hasKeyOf(record, hashes);
  });
}

/** True if one of the rotation's keys is in the account. */
function hasKeyOf({ old, new: created }: Rotation, hashes: ReadonlySet<string>): boolean {
  return hashes.has(old.hash) || (created !== undefined && hashes.has(created.hash));
}
