// What becomes of the accounts of earlier versions. Pure.
//
// Version 0 stored one key. Version 1 stored a list with one account in use; its windows delete the keys of all others in
// that list. So accounts are copied to a list of their own, which those windows don't know, and the old list and key are
// kept for a while: windows of version 1 that are still open after an update go on with them, and a key that is set in
// such a window is taken over.
import { getAccountId } from "../../openrouter/account/accountId.ts";
import { usableName } from "./accountNames.ts";
import { type Found, idsOf, isImportDue, isOutdated } from "./importDue.ts";
import { nextColor, withProfile } from "./profileEdits.ts";
import { DEFAULT_NAME, type Imported, type ProfileList } from "./profileList.ts";

export interface Import {
  /** The list with the accounts to add; their keys are not stored yet. */
  list: ProfileList;
  /** The keys of the accounts to add, by id. */
  keys: ReadonlyMap<string, string>;
  /** The account in use afterwards. */
  current: string | undefined;
  /** Lacks accounts whose keys a window of version 1 has yet to store, so that the import stays due. */
  done: Imported | undefined;
  /** Ids of accounts whose copies for windows of version 1 are no longer needed. */
  outdated: readonly string[];
}

interface Keys {
  /** Reads a key of version 1. */
  oldKey(id: string): Promise<string | undefined>;
  /** Reads the key of an account in the list. */
  storedKey(id: string): Promise<string | undefined>;
}

/** @returns undefined if there is nothing to take over */
export async function importOlder(
  found: Found,
  { oldKey, storedKey, now }: Keys & { now: number },
): Promise<Import | undefined> {
  if (!isImportDue(found, now)) return undefined;
  const { old, legacyKey } = found;
  const { imported } = found.list;
  const keys = new Map<string, string>();
  let { list } = found;
  let { current } = list;
  const hasId = (id: string) => list.profiles.some((one) => one.id === id);
  const idByKey = new Map<string | undefined, string>();
  for (const { id } of list.profiles) idByKey.set(await storedKey(id), id);

  /** Returns the account that has this key, or had it before it was replaced; adds one if there is none. */
  function take(id: string, key: string): string {
    const known = idByKey.get(key) ?? (hasId(id) ? id : undefined);
    if (known !== undefined) return known;
    const name = usableName(DEFAULT_NAME, list.profiles);
    list = withProfile(list, { id, name, color: nextColor(list.profiles), state: "adding" });
    keys.set(id, key);
    idByKey.set(key, id);
    return id;
  }

  // Without an account in use, a window is removing all of them.
  const isRemoving = old?.current === undefined;
  const taken = new Map<string | undefined, string>();
  for (const id of isRemoving ? [] : idsOf(old)) {
    const key = await oldKey(id);
    if (key) taken.set(id, take(id, key));
    else if (hasId(id)) taken.set(id, id);
  }
  const isCurrentTaken = isRemoving || taken.has(old?.current);
  if (old?.current !== imported?.current) current = taken.get(old?.current) ?? current;
  if (legacyKey) {
    const id = take(getAccountId(legacyKey), legacyKey);
    current ??= id;
  }
  const isOver = imported !== undefined && isOutdated(imported, now);
  let done: Imported | undefined;
  if (old && !isOver) {
    const ids = idsOf(old).filter((id) => isRemoving || taken.has(id));
    done = { ids, current: isCurrentTaken ? old.current : imported?.current, since: now };
  }
  const copies = new Set([...(imported?.ids ?? []), ...idsOf(old)]);
  const outdated = [...copies].filter((id) => !done || !idsOf(old).includes(id));
  const isUnchanged = keys.size === 0 && current === found.list.current && isSame(done, imported);
  return isUnchanged ? undefined : { list, keys, current, done, outdated };
}

const isSame = (a: Imported | undefined, b: Imported | undefined) =>
  a?.ids.join() === b?.ids.join() && a?.current === b?.current;

/**
 * Completes what a closed window had begun: adds accounts whose key was stored, removes the others. Keeps those in a state
 * that only a later version knows.
 */
export function completeChanges(list: ProfileList, stored: ReadonlySet<string>): ProfileList {
  const profiles = list.profiles.flatMap((profile) => {
    const { state, ...settled } = profile;
    if (state === undefined || (state === "adding" && stored.has(profile.id))) return [settled];
    return state === "adding" || state === "removing" ? [] : [profile];
  });
  return { ...list, profiles };
}
