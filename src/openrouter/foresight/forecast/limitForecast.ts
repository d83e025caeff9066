// When a limit is reached before it resets, and what it leaves of a forecast. Pure.
import { getPeriodEnd } from "../../keys/periodEnd.ts";
import { bucketStart, dayAfter } from "../../spend/span.ts";
import { whenSpent } from "./forecast.ts";
import type { DayEstimate, Estimate, Forecast } from "./model.ts";

/** A limit or budget in USD. */
export interface SpendLimit {
  limit: number;
  /** daily, weekly, monthly, or null if it never resets. */
  reset: string | null;
  /** What is left until the next reset. */
  remaining: number;
}

/** Returns when the limit is reached before its next reset; undefined if that isn't expected, not even early. */
export function limitReached(
  forecast: Forecast,
  { remaining, reset }: Pick<SpendLimit, "remaining" | "reset">,
): DayEstimate | undefined {
  const end = getPeriodEnd(reset, bucketStart(forecast.from))?.toISOString().slice(0, 10);
  const inPeriod = (day: string | undefined) => (day !== undefined && (!end || day < end) ? day : undefined);
  const { early, middle, late } = whenSpent(forecast, remaining);
  if (inPeriod(early) === undefined) return undefined;
  return { early, middle: inPeriod(middle), late: inPeriod(late) };
}

/**
 * Returns the forecast of a key with a limit that stops it: no day has more than is left of the limit then, and what it stops
 * isn't spent after the reset.
 */
export function withLimit(forecast: Forecast, spentToday: number, { limit, reset, remaining }: SpendLimit): Forecast {
  let left = remaining;
  // What was spent before the last reset, and what would have been without the limit.
  let [before, wanted] = [nothing, nothing];
  const days: Estimate[] = [];
  const totals: Estimate[] = [];
  for (const [i, day] of forecast.days.entries()) {
    const at = dayAfter(forecast.from, i);
    const isFirst = i > 0 && getPeriodEnd(reset, bucketStart(dayAfter(at, -1)))?.getTime() === Date.parse(at);
    if (isFirst) {
      left = limit;
      [before, wanted] = [totals[i - 1]!, forecast.totals[i - 1]!];
    }
    // The more was spent before a day, the less is left for it.
    const earlier = i === 0 ? nothing : subtract(totals[i - 1]!, before);
    const most = (spent: number) => (i === 0 ? spentToday : 0) + Math.max(0, left - spent);
    days.push({
      low: Math.min(day.low, most(earlier.high)),
      middle: Math.min(day.middle, most(earlier.middle)),
      high: Math.min(day.high, most(earlier.low)),
    });
    totals.push(ordered(add(before, atMost(subtract(forecast.totals[i]!, wanted), left))));
  }
  return { ...forecast, days, totals };
}

const nothing: Estimate = { low: 0, middle: 0, high: 0 };
const add = (a: Estimate, b: Estimate) => ({ low: a.low + b.low, middle: a.middle + b.middle, high: a.high + b.high });
const subtract = (a: Estimate, b: Estimate) => ({
  low: a.low - b.low,
  middle: a.middle - b.middle,
  high: a.high - b.high,
});

/** The ends of a range may grow less than its middle, and more. */
const ordered = ({ low, middle, high }: Estimate) => ({
  low: Math.min(low, middle),
  middle,
  high: Math.max(middle, high),
});

/** Returns the forecast of a key that expires: nothing is spent on the days after that. */
export function withExpiry(forecast: Forecast, expiresAt: string | null | undefined): Forecast {
  const last = forecast.days.findLastIndex(
    (_, i) => !(Date.parse(expiresAt ?? "") <= bucketStart(dayAfter(forecast.from, i)).getTime()),
  );
  if (last === forecast.days.length - 1) return forecast;
  return {
    ...forecast,
    days: forecast.days.map((day, i) => (i > last ? nothing : day)),
    totals: forecast.totals.map((total, i) => (i > last ? (forecast.totals[last] ?? nothing) : total)),
  };
}

function atMost({ low, middle, high }: Estimate, most: number): Estimate {
  return { low: Math.min(low, most), middle: Math.min(middle, most), high: Math.min(high, most) };
}
