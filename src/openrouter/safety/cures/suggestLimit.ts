// Suggests a daily limit from what a key really spends. Pure.
import { dropFloatNoise } from "../../text/figures.ts";

/** A day may become this much more expensive than the most expensive one so far. */
const HEADROOM = 1.2;
const MIN_USD = 1;
/** People remember these amounts; they are at most half as much again as the one before. */
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/**
 * Returns a limit per day in USD: the highest day with a fifth of headroom, rounded up to an amount such as 1, 1.50, 2, 25
 * or 400; at least $1.
 * @param highestDay USD
 */
export function suggestDailyLimit(highestDay: number): number {
  const least = dropFloatNoise(highestDay * HEADROOM);
  if (!(least > MIN_USD)) return MIN_USD;
  const scale = 10 ** Math.floor(Math.log10(least));
  const step = STEPS.map((one) => dropFloatNoise(one * scale)).find((amount) => amount >= least);
  // Rounding errors of the logarithm at a power of ten.
  return step ?? dropFloatNoise(scale * 10);
}

/** How many periods of another kind one period touches at most, if more than one: a month has days of up to six weeks. */
const TOUCHED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  daily: {},
  weekly: { daily: 7, monthly: 2 },
  monthly: { daily: 31, weekly: 6 },
};

/** True if the new limit may allow more within one period of the old one: a cure should not loosen anything unnoticed. */
export function allowsMore(
  before: { limit?: number | null; limit_reset?: string | null },
  after: { limit?: number | null; limit_reset?: string | null },
): boolean {
  const [old, next] = [before.limit ?? Number.POSITIVE_INFINITY, after.limit ?? Number.POSITIVE_INFINITY];
  if (next > old) return true;
  if (old === Number.POSITIVE_INFINITY || next === 0) return false;
  const [touched, reset] = [TOUCHED[before.limit_reset ?? ""], after.limit_reset ?? ""];
  // A limit that never resets allows less than any that does.
  if (!touched) return TOUCHED[reset] !== undefined;
  return next * (touched[reset] ?? 1) > old;
}
