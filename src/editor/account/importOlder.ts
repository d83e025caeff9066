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
  done: Imported | undefined;
  /** Ids of accounts whose copies for windows of version 1 are no longer needed. */
  outdated: readonly string[];
}

/** @returns undefined if there is nothing to take over */
export async function importOlder(
  found: Found,
  { oldKey, now }: { oldKey(id: string): Promise<string | undefined>; now: number },
): Promise<Import | undefined> {
  if (!isImportDue(found, now)) return undefined;
  const { old, legacyKey } = found;
  const { imported } = found.list;
  const keys = new Map<string, string>();
  let { list } = found;
  let { current } = list;

  function add(id: string, key: string): void {
    if (list.profiles.some((one) => one.id === id)) return;
    const name = usableName(DEFAULT_NAME, list.profiles);
    list = withProfile(list, { id, name, color: nextColor(list.profiles), state: "adding" });
    keys.set(id, key);
  }

  // Without an account in use, a window is removing all of them.
  for (const id of old?.current === undefined ? [] : idsOf(old)) {
    const key = await oldKey(id);
    if (key) add(id, key);
  }
  const isKnown = list.profiles.some(({ id }) => id === old?.current);
  if (old?.current !== imported?.current && isKnown) current = old?.current;
  if (legacyKey) {
    const id = getAccountId(legacyKey);
    add(id, legacyKey);
    current ??= id;
  }
  const isOver = imported !== undefined && isOutdated(imported, now);
  const done = old && !isOver ? { ids: idsOf(old), current: old.current, since: now } : undefined;
  const outdated = (imported?.ids ?? []).filter((id) => !done?.ids.includes(id));
  return { list, keys, current, done, outdated };
}

/** Completes what a closed window had begun: adds accounts whose key was stored, removes the others. */
export function completeChanges(list: ProfileList, stored: ReadonlySet<string>): ProfileList {
  const profiles = list.profiles.flatMap(({ state, ...profile }) =>
    state === undefined || (state === "adding" && stored.has(profile.id)) ? [profile] : [],
  );
  return { ...list, profiles };
}
