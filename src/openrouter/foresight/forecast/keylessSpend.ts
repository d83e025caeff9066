import { getKeyCost } from "../../keys/keyCost.ts";
import type { Key } from "../../schemas.ts";
import type { Periods } from "../../spend/periods.ts";
import { sum, sumKnown } from "../../text/figures.ts";

/** The part of the spend that may be missing from the keys' counters. */
const TOLERANCE = 0.005;

/**
 * True if something was spent without the listed keys, such as by a deleted key or in OpenRouter's chat, on completed days of
 * this month or week: then the keys' limits don't bound it.
 * @param keys as they were read on the day of `periods`
 */
export function hasKeylessSpend({ today, week, month }: Periods, keys: readonly Key[]): boolean {
  const daily = sum(keys.map((key) => getKeyCost(key, "today")));
  const isMore = (usd: number, ofKeys: number) => usd - today - (ofKeys - daily) > TOLERANCE * (usd - today);
  const weekly = sumKnown(
    keys.map(({ usage_weekly: usd, byok_usage_weekly: byok = 0 }) => (usd === undefined ? undefined : usd + byok)),
  );
  const monthly = sum(keys.map((key) => getKeyCost(key, "month")));
  return isMore(month, monthly) || (week !== undefined && weekly !== undefined && isMore(week, weekly));
}
