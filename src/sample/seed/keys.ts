import { accountUsage, usd } from "../counters.ts";
import { hex } from "../random.ts";
import type { KeyRecord, SampleState } from "../state.ts";
import { DAY, HOUR, periodStart } from "../time.ts";
import { FIRST_PACE } from "./history.ts";
import { keyLedger, ledgerDays } from "./ledger.ts";
import type { Offer } from "./models.ts";
import { workspaceId } from "./people.ts";
import { deletedProfile, isTenant, type Profile, profiles } from "./profiles.ts";

/** Adds the keys, one that is deleted, and the ledger of them all. */
export function addKeys(state: SampleState, count: number, offers: Map<string, Offer>, now: number): KeyRecord {
  for (const [i, profile] of profiles(count).entries()) {
    addKey(state, state.keys, profile, i, offers, now);
  }
  // An account without keys is new: nothing was spent in it.
  if (count > 0) addKey(state, state.deletedKeys, deletedProfile, -1, offers, now);
  state.totalCredits = (Math.floor(accountUsage(state) / 500e6) + 2) * 500e6;
  const first = state.keys.values().next().value;
  return first ?? newKey(state, { ...deletedProfile, name: "not listed", silent: 0 }, -2, now);
}

function newKey(state: SampleState, profile: Profile, index: number, now: number): KeyRecord {
  const id = hex(`sample key ${index}`);
  // On the hour, so that a restart on the same day tells the same.
  const created = periodStart(now, "day") - profile.age * DAY + 9 * HOUR;
  const expires = profile.expires === undefined ? null : periodStart(now, "day") + profile.expires * DAY;
  return {
    hash: id,
    name: profile.name,
    label: `sk-or-v1-${id.slice(8, 11)}...${id.slice(-4)}`,
    disabled: profile.disabled ?? false,
    created_at: new Date(created).toISOString(),
    updated_at: profile.disabled ? new Date(created + DAY).toISOString() : null,
    creator_user_id: state.members[profile.member]?.id ?? null,
    external_user: profile.externalUser ?? null,
    workspace_id: workspaceId(profile.workspace),
    limit: typeof profile.limit === "number" ? profile.limit : null,
    limit_reset: profile.reset ?? null,
    include_byok_in_limit: profile.byokInLimit ?? false,
    expires_at: expires === null ? null : new Date(expires).toISOString(),
    olderUsage: olderUsage(profile),
  };
}

/** What the key spent before its ledger begins, in whole USD; 0.8 of a usual day because of the weekends. */
function olderUsage(profile: Profile): number {
  if (profile.spentLongAgo !== undefined) return profile.spentLongAgo * 1e6;
  const daily = profile.daily * 0.8 * (isTenant(profile) ? 1 : FIRST_PACE);
  return Math.round(daily * Math.max(0, profile.age - ledgerDays(profile))) * 1e6;
}

function addKey(
  state: SampleState,
  to: Map<string, KeyRecord>,
  profile: Profile,
  index: number,
  offers: Map<string, Offer>,
  now: number,
): void {
  const key = newKey(state, profile, index, now);
  const rows = keyLedger(key, profile, offers, now);
  for (const row of rows) state.ledger.push(row);
  state.ledgerByKey.set(key.hash, rows);
  to.set(key.hash, key);
  const used = usd(key.olderUsage + rows.reduce((sum, row) => sum + row.usage, 0));
  if (profile.limit === "nearly") key.limit = Math.ceil(used / 0.96);
  if (profile.limit === "exhausted") key.limit = Math.floor(used);
}
