import { getAccountUsage, toUsd } from "../counters.ts";
import { type Ids, sha256Hex } from "../random.ts";
import type { KeyRecord, SampleState } from "../state.ts";
import { DAY_MS, HOUR_MS, periodStart } from "../time.ts";
import { FIRST_SPEND_FACTOR } from "./history.ts";
import { createKeyLedger, ledgerDays } from "./ledger.ts";
import type { Offer } from "./models.ts";
import { workspaceId } from "./people.ts";
import { createProfiles, deletedProfile, isTenant, type Profile } from "./profiles.ts";

interface Source {
  ids: Ids;
  offers: Map<string, Offer>;
  now: number;
}

/** Adds the keys, a deleted key, and their ledgers. @returns the first key, or an unlisted one if there are none */
export function addKeys(state: SampleState, count: number, source: Source): KeyRecord {
  for (const [i, profile] of createProfiles(count).entries()) addKey(state, state.keys, profile, i, source);
  // An account without keys is new: it has no spend.
  if (count > 0) addKey(state, state.deletedKeys, deletedProfile, -1, source);
  state.totalCredits = (Math.floor(getAccountUsage(state) / 500e6) + 2) * 500e6;
  const first = state.keys.values().next().value;
  return first ?? newKey(state, { ...deletedProfile, name: "not listed", lastUsedDaysAgo: 0 }, -2, source);
}

function newKey(state: SampleState, profile: Profile, index: number, { ids, now }: Source): KeyRecord {
  const id = ids.hash(`key ${index}`);
  // At a full hour, so that a restart on the same day gives the same data.
  const created = periodStart(now, "day") - profile.ageDays * DAY_MS + 9 * HOUR_MS;
  const expires = profile.expiresInDays === undefined ? null : periodStart(now, "day") + profile.expiresInDays * DAY_MS;
  return {
    hash: id,
    name: profile.name,
    label: `sk-or-v1-${id.slice(8, 11)}...${id.slice(-4)}`,
    disabled: profile.disabled ?? false,
    created_at: new Date(created).toISOString(),
    updated_at: profile.disabled ? new Date(created + DAY_MS).toISOString() : null,
    creator_user_id: state.members[profile.member]?.id ?? null,
    external_user: profile.externalUser ?? null,
    workspace_id: workspaceId(ids, profile.workspace),
    limit: typeof profile.limit === "number" ? profile.limit : null,
    limit_reset: profile.reset ?? null,
    include_byok_in_limit: profile.byokInLimit ?? false,
    expires_at: expires === null ? null : new Date(expires).toISOString(),
    olderUsage: olderUsage(profile),
  };
}

/** Returns the key's spend before its ledger starts, in millionths of a USD. Weekends lower the average day to 0.8. */
function olderUsage(profile: Profile): number {
  if (profile.unrecordedUsd !== undefined) return profile.unrecordedUsd * 1e6;
  const daily = profile.dailyUsd * 0.8 * (isTenant(profile) ? 1 : FIRST_SPEND_FACTOR);
  return Math.round(daily * Math.max(0, profile.ageDays - ledgerDays(profile))) * 1e6;
}

function addKey(state: SampleState, to: Map<string, KeyRecord>, profile: Profile, index: number, source: Source): void {
  const key = newKey(state, profile, index, source);
  // Independent of the account's seed, so that figures are the same at every start.
  const figures = sha256Hex(`sample key ${index}`);
  const rows = createKeyLedger(key, profile, figures, source.offers, source.now);
  for (const row of rows) state.ledger.push(row);
  state.ledgerByKey.set(key.hash, rows);
  to.set(key.hash, key);
  const used = toUsd(key.olderUsage + rows.reduce((sum, row) => sum + row.usage, 0));
  if (profile.limit === "nearly") key.limit = Math.ceil(used / 0.96);
  if (profile.limit === "exhausted") key.limit = Math.floor(used);
}
