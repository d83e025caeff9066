// Whether accounts of earlier versions are to be taken over; see `importOlder.ts`. Pure.
import type { Imported, OldList, ProfileList } from "./profileList.ts";

export interface Found {
  list: ProfileList;
  old: OldList | undefined;
  /** The key of version 0. */
  legacyKey: string | undefined;
}

export const idsOf = (old: OldList | undefined) => old?.profiles.map(({ id }) => id) ?? [];

/** How long the copies for windows of version 1 are kept. */
const KEEP_MS = 14 * 24 * 3_600_000;

/** True if there is a key of version 0, if a window of version 1 changed its list, or if that list is no longer needed. */
export function isImportDue({ list: { imported }, old, legacyKey }: Found, now: number): boolean {
  if (legacyKey) return true;
  if (!imported) return old !== undefined;
  return old?.current !== imported.current || idsOf(old).join() !== imported.ids.join() || isOutdated(imported, now);
}

export const isOutdated = ({ since }: Imported, now: number) => now - since > KEEP_MS;
