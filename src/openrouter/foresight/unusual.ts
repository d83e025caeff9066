// How a day's spend compares with the usual one of its weekday. Figures only: whether a day is unusual is for people to say. Pure.
import { dropFloatNoise } from "../text/figures.ts";
import { DAY_MS } from "../time.ts";

export interface UsualSpend {
  /** USD: the median of the same weekday in the weeks before. */
  median: number;
  /** USD: the median absolute deviation from it, scaled to be the standard deviation of normally distributed spend. */
  deviation: number;
  /** How many earlier days of this weekday are known. */
  weeks: number;
  /** USD: the day's spend less the median. */
  excess: number;
}

/** How many weeks back "usual" goes. */
export const USUAL_WEEKS = 8;
/** The median of fewer days says little. */
const MIN_WEEKS = 4;
/** The standard deviation of a normal distribution over its median absolute deviation. */
const MAD_SCALE = 1.4826;

/**
 * Compares a day, YYYY-MM-DD (UTC), with the same weekday of the last eight weeks. Returns undefined if fewer than four of them
 * are known, or the day itself isn't.
 * @param usd the spend of a day; undefined if it is unknown
 */
export function usualSpend(day: string, usd: (day: string) => number | undefined): UsualSpend | undefined {
  const spent = usd(day);
  const past = sameWeekdaysBefore(day).flatMap((earlier) => usd(earlier) ?? []);
  if (spent === undefined || past.length < MIN_WEEKS) return undefined;
  const middle = median(past);
  return {
    median: dropFloatNoise(middle),
    deviation: dropFloatNoise(MAD_SCALE * median(past.map((value) => Math.abs(value - middle)))),
    weeks: past.length,
    excess: dropFloatNoise(spent - middle),
  };
}

/** Returns the same weekday of the last eight weeks, latest first. */
export function sameWeekdaysBefore(day: string): string[] {
  const midnight = Date.parse(day);
  return Array.from({ length: USUAL_WEEKS }, (_, week) =>
    new Date(midnight - (week + 1) * 7 * DAY_MS).toISOString().slice(0, 10),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
