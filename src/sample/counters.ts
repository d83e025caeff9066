// Builds API responses for keys: their settings, and counters summed from the ledger.
import type { KeyRecord, LedgerRow, SampleState } from "./state.ts";
import { periodStart } from "./time.ts";

/** Converts millionths of a USD to USD. */
export const toUsd = (micros: number): number => micros / 1e6;

/** Sums credits and BYOK spend of rows since a time, in millionths of a USD. */
function sumSpend(rows: readonly LedgerRow[], since = 0): { usage: number; byok: number } {
  let usage = 0;
  let byok = 0;
  for (const row of rows) {
    if (row.at < since) continue;
    usage += row.usage;
    byok += row.byok;
  }
  return { usage, byok };
}

/** Sums the credits that all keys, including deleted ones, have ever used, in millionths of a USD. */
export function getAccountUsage(state: SampleState): number {
  let older = 0;
  for (const keys of [state.keys, state.deletedKeys]) for (const key of keys.values()) older += key.olderUsage;
  return older + sumSpend(state.ledger).usage;
}

/** Returns a key's counters and limits, USD. */
export function getCounters(state: SampleState, key: KeyRecord, now: number) {
  const rows = state.ledgerByKey.get(key.hash) ?? [];
  const all = sumSpend(rows);
  const total = { usage: key.olderUsage + all.usage, byok: all.byok };
  const daily = sumSpend(rows, periodStart(now, "day"));
  const weekly = sumSpend(rows, periodStart(now, "week"));
  const monthly = sumSpend(rows, periodStart(now, "month"));
  const counted = { daily, weekly, monthly, never: total }[key.limit_reset ?? "never"];
  const used = counted.usage + (key.include_byok_in_limit ? counted.byok : 0);
  return {
    limit: key.limit,
    limit_remaining: key.limit === null ? null : toUsd(Math.max(0, Math.round(key.limit * 1e6) - used)),
    limit_reset: key.limit_reset,
    include_byok_in_limit: key.include_byok_in_limit,
    usage: toUsd(total.usage),
    usage_daily: toUsd(daily.usage),
    usage_weekly: toUsd(weekly.usage),
    usage_monthly: toUsd(monthly.usage),
    byok_usage: toUsd(total.byok),
    byok_usage_daily: toUsd(daily.byok),
    byok_usage_weekly: toUsd(weekly.byok),
    byok_usage_monthly: toUsd(monthly.byok),
  };
}

/** OpenRouter has recorded uses since the end of 2025. */
const USE_RECORDED_FROM = Date.UTC(2025, 11, 31);

/** Returns the last recorded use, or null. */
function getLastUsedAt(state: SampleState, key: KeyRecord): string | null {
  const last = state.ledgerByKey.get(key.hash)?.at(-1);
  return last && last.at >= USE_RECORDED_FROM ? new Date(last.at).toISOString() : null;
}

/** Builds a key as `GET /keys` and `GET /keys/{hash}` return it. */
export function toKeyResponse(state: SampleState, key: KeyRecord, now: number) {
  return {
    hash: key.hash,
    name: key.name,
    label: key.label,
    disabled: key.disabled,
    ...getCounters(state, key, now),
    created_at: key.created_at,
    updated_at: key.updated_at,
    last_used_at: getLastUsedAt(state, key),
    expires_at: key.expires_at,
    creator_user_id: key.creator_user_id,
    external_user: key.external_user,
    workspace_id: key.workspace_id,
  };
}
