// What keys can spend at most, by their limits. Pure.
import { getKeyStatus } from "../../keys/keyStatus.ts";
import { getLimitSpend } from "../../keys/limitShare.ts";
import { getPeriodEnd } from "../../keys/periodEnd.ts";
import type { Key } from "../../schemas.ts";
import { bucketStart, dayAfter } from "../../spend/span.ts";
import { dropFloatNoise } from "../../text/figures.ts";
import { isKnownReset } from "./endedKeys.ts";
import type { Estimate, Forecast } from "./model.ts";

/** USD, by day from today on. */
export interface SpendBound {
  /** What can be spent on each day; today, from now on. */
  days: readonly number[];
  /** What can be spent from now to the end of each day. */
  totals: readonly number[];
}

/**
 * Returns what the keys can spend at most; undefined if that is unknown, or if a limit of an active key is missing.
 * @param keys all keys of the account, as they were read today
 * @param counted what is to be bounded; BYOK only if it counts toward every limit
 */
export function spendBound(
  keys: readonly Key[],
  counted: "credits" | "spend",
  { from, length, now }: { from: string; length: number; now: Date },
): SpendBound | undefined {
  const days = new Array<number>(length).fill(0);
  const totals = new Array<number>(length).fill(0);
  for (const key of keys) {
    if (getKeyStatus(key, now) !== "active") continue;
    const spent = getLimitSpend(key);
    const { limit, limit_reset: reset, expires_at: expires } = key;
    if (limit === null || spent === undefined || !isKnownReset(reset)) return undefined;
    if (counted === "spend" && !key.include_byok_in_limit) return undefined;
    let left = Math.min(limit, Math.max(0, limit - spent));
    let allowed = left;
    let resetsAt = getPeriodEnd(reset, bucketStart(from));
    const end = expires ? Date.parse(expires) : Number.NaN;
    for (let k = 0; k < length; k++) {
      const day = bucketStart(dayAfter(from, k));
      if (resetsAt && resetsAt <= day) {
        resetsAt = getPeriodEnd(reset, day);
        left = limit;
        // An expired key's limit resets in vain.
        if (!(end <= day.getTime())) allowed += limit;
      }
      if (!(end <= day.getTime())) days[k]! += left;
      totals[k]! += allowed;
    }
  }
  return { days: days.map(dropFloatNoise), totals: totals.map(dropFloatNoise) };
}

/**
 * Returns the forecast without what can't be spent; the same object if all of it can. What a limit keeps from being spent is
 * not made up for after its reset.
 * @param spentToday what was spent before now
 */
export function withBound(forecast: Forecast, spentToday: number, bound: SpendBound): Forecast {
  const lost = { low: 0, middle: 0, high: 0 };
  let last: Estimate = { low: 0, middle: 0, high: 0 };
  const totals = forecast.totals.map((total, k) => {
    const most = bound.totals[k]!;
    const kept = (one: keyof Estimate) => {
      lost[one] = Math.max(lost[one], total[one] - most);
      // A total never falls, not even by rounding.
      return Math.max(last[one], Math.min(most, total[one] - lost[one]));
    };
    const low = kept("low");
    const middle = Math.max(low, kept("middle"));
    last = { low, middle, high: Math.max(middle, kept("high")) };
    return last;
  });
  const days = forecast.days.map(({ low, middle, high }, k) => {
    const before = totals[k - 1] ?? { low: 0, middle: 0, high: 0 };
    const spent = k === 0 ? spentToday : 0;
    const most = (earlier: number) => spent + Math.max(0, Math.min(bound.days[k]!, bound.totals[k]! - earlier));
    // The more was spent before a day, the less is left for it.
    return {
      low: Math.min(low, most(before.high)),
      middle: Math.min(middle, most(before.middle)),
      high: Math.min(high, most(before.low)),
    };
  });
  const isSame = (a: readonly Estimate[], b: readonly Estimate[]) =>
    a.every(({ low, middle, high }, i) => low === b[i]!.low && middle === b[i]!.middle && high === b[i]!.high);
  return isSame(days, forecast.days) && isSame(totals, forecast.totals) ? forecast : { ...forecast, days, totals };
}
