// A key as the API shows it: its settings with counters that are summed from the ledger.
import type { KeyRecord, LedgerRow, SampleState } from "./state.ts";
import { periodStart } from "./time.ts";

/** Millionths of a USD, as USD. */
export const usd = (micros: number): number => micros / 1e6;

/** Credits and BYOK of these rows from a moment on, millionths of a USD. */
function spent(rows: readonly LedgerRow[], since = 0): { usage: number; byok: number } {
  let usage = 0;
  let byok = 0;
  for (const row of rows) {
    if (row.at < since) continue;
    usage += row.usage;
    byok += row.byok;
  }
  return { usage, byok };
}

/** All that keys, the deleted ones too, ever took from the credits, millionths of a USD. */
export function accountUsage(state: SampleState): number {
  let older = 0;
  for (const keys of [state.keys, state.deletedKeys]) for (const key of keys.values()) older += key.olderUsage;
  return older + spent(state.ledger).usage;
}

/** Counters and limits of a key in USD. */
export function counters(state: SampleState, key: KeyRecord, now: number) {
  const rows = state.ledgerByKey.get(key.hash) ?? [];
  const all = spent(rows);
  const total = { usage: key.olderUsage + all.usage, byok: all.byok };
  const daily = spent(rows, periodStart(now, "day"));
  const weekly = spent(rows, periodStart(now, "week"));
  const monthly = spent(rows, periodStart(now, "month"));
  const counted = { daily, weekly, monthly, never: total }[key.limit_reset ?? "never"];
  const used = counted.usage + (key.include_byok_in_limit ? counted.byok : 0);
  return {
    limit: key.limit,
    limit_remaining: key.limit === null ? null : usd(Math.max(0, Math.round(key.limit * 1e6) - used)),
    limit_reset: key.limit_reset,
    include_byok_in_limit: key.include_byok_in_limit,
    usage: usd(total.usage),
    usage_daily: usd(daily.usage),
    usage_weekly: usd(weekly.usage),
    usage_monthly: usd(monthly.usage),
    byok_usage: usd(total.byok),
    byok_usage_daily: usd(daily.byok),
    byok_usage_weekly: usd(weekly.byok),
    byok_usage_monthly: usd(monthly.byok),
  };
}

/** Uses are recorded from the end of 2025 on. */
const USE_RECORDED_FROM = Date.UTC(2025, 11, 31);

/** The last recorded use, or null. */
function lastUsedAt(state: SampleState, key: KeyRecord): string | null {
  const last = state.ledgerByKey.get(key.hash)?.at(-1);
  return last && last.at >= USE_RECORDED_FROM ? new Date(last.at).toISOString() : null;
}

/** A key as lists and `GET /keys/{hash}` show it. */
export function showKey(state: SampleState, key: KeyRecord, now: number) {
  return {
    hash: key.hash,
    name: key.name,
    label: key.label,
    disabled: key.disabled,
    ...counters(state, key, now),
    created_at: key.created_at,
    updated_at: key.updated_at,
    last_used_at: lastUsedAt(state, key),
    expires_at: key.expires_at,
    creator_user_id: key.creator_user_id,
    external_user: key.external_user,
    workspace_id: key.workspace_id,
  };
}
