// What an account, a workspace or a key will spend, by its own past. Pure and reproducible: the same days, seed and
// options give the same figures.
import { dayAfter } from "../../spend/span.ts";
import { calibrate, usualWidening } from "./calibrate.ts";
import { fitSeries } from "./fit.ts";
import type { DailySpend, DayEstimate, Estimate, Forecast, ForecastResult } from "./model.ts";
import { pathQuantiles } from "./pathQuantiles.ts";
import { seededRandom } from "./random.ts";
import { simulate } from "./simulate.ts";
import { mean } from "./statistics.ts";

export interface ForecastOptions {
  /** How many days are forecast, today included. */
  horizon: number;
  /** What the series belongs to, such as a key's hash. Together with the date it determines which futures are drawn. */
  seed?: string;
}

/** The fewest completed days, from the first spend on. */
export const NEEDED_DAYS = 21;
/** The smallest share of past days within their ranges. */
export const NEEDED_WITHIN = 0.7;
/** An account that spent nothing for so long has no pace. */
const IDLE_DAYS = 35;
const PATHS = 251;

/** Forecasts daily spend with its range, or says why that can't be done. */
export function forecastSpend(series: DailySpend, { horizon, seed = "" }: ForecastOptions): ForecastResult {
  if (!series.usd.every(Number.isFinite)) return { reason: "gap" };
  const from = dayAfter(series.from, series.usd.length);
  // A correction below 0 is no spend; days before the first spend are no history.
  const spend = series.usd.map((usd) => Math.max(0, usd));
  const days = history(spend);
  if (days.length === 0) return { reason: "noSpend" };
  if (days.length < NEEDED_DAYS) return { reason: "tooFewDays", days: days.length, needed: NEEDED_DAYS };
  const random = seededRandom(`${seed} ${from}`);
  const { backtest, ...widening } = calibrate(days, random);
  if (backtest.within < NEEDED_WITHIN) return { reason: "unreliable", within: backtest.within, needed: NEEDED_WITHIN };
  const paths = simulate(fitSeries(days), horizon, PATHS, random);
  // What remains of today.
  const today = knownToday(series.today);
  if (today) applyToday(paths.subarray(0, PATHS), today, random);
  const { each, totals } = pathQuantiles(paths, PATHS);
  const usual = (k: number) => usualWidening(days.length, k);
  const wide = each.map((day, k) => widen(day, usual(k).day * widening.days));
  const spent = today?.usd ?? 0;
  const forecast: Forecast = {
    from,
    days: wide.map((day, k) => (k ? day : shift(day, spent))),
    totals: rising([
      wide[0]!,
      ...totals.slice(1).map((total, k) => widen(total, usual(k + 1).total * widening.totals)),
    ]),
    backtest,
    basedOn: days.length,
  };
  return forecast;
}

/** Returns the days since the first spend, or since the first one after a long time without any; none if that lasts. */
function history(days: readonly number[]): Float64Array {
  let first = days.length;
  let last = Number.NEGATIVE_INFINITY;
  for (const [i, usd] of days.entries()) {
    if (usd <= 0) continue;
    if (i - last > IDLE_DAYS) first = i;
    last = i;
  }
  return Float64Array.from(days.length - last > IDLE_DAYS ? [] : days.slice(first));
}

/**
 * Replaces forecasts of the whole day by what remains of it: the part that usually comes later, and the more of the day has
 * passed, the more its own pace. By how much it keeps that pace differs from path to path.
 */
function applyToday(day: Float64Array, { usd, share }: NonNullable<DailySpend["today"]>, random: () => number): void {
  const usual = mean(day);
  // 1 on average, and at most 1 / share.
  const [least, most] = [Math.max(0, 2 - 1 / share), Math.min(2, 1 / share)];
  for (let path = 0; path < day.length; path++) {
    const kept = least + (most - least) * random();
    const noise = usual > 0 ? day[path]! / usual : 1;
    day[path] = (1 - share) * ((1 - kept * share) * day[path]! + kept * usd * noise);
  }
}

/** Returns the day in progress as far as it is known. */
function knownToday(today: DailySpend["today"]): DailySpend["today"] {
  if (!today || !Number.isFinite(today.usd) || !Number.isFinite(today.share)) return undefined;
  return { usd: Math.max(0, today.usd), share: Math.min(1, Math.max(0, today.share)) };
}

function widen({ low, middle, high }: Estimate, factor: number): Estimate {
  return {
    low: Math.max(0, middle - factor * (middle - low)),
    middle,
    high: middle + factor * (high - middle),
  };
}

function shift({ low, middle, high }: Estimate, usd: number): Estimate {
  return { low: low + usd, middle: middle + usd, high: high + usd };
}

/** A total never falls. */
function rising(totals: Estimate[]): Estimate[] {
  let last: Estimate = { low: 0, middle: 0, high: 0 };
  return totals.map(({ low, middle, high }) => {
    last = { low: Math.max(last.low, low), middle: Math.max(last.middle, middle), high: Math.max(last.high, high) };
    return last;
  });
}

/** Returns the days on which the spend from now on reaches an amount: early, likely and late as often as the range says. */
export function whenSpent({ from, totals }: Forecast, amount: number): DayEstimate {
  const day = (bound: keyof Estimate) => {
    const k = totals.findIndex((total) => total[bound] >= amount);
    return k < 0 ? undefined : dayAfter(from, k);
  };
  return { early: day("high"), middle: day("middle"), late: day("low") };
}
