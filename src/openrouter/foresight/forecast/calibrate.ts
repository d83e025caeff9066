// Forecasts a series' own past and widens ranges until they would have held (conformal prediction:
// Vovk et al. 2005; with dependent days, as in Xu and Xie, "Conformal prediction for time series", 2021).
import { fitSeries } from "./fit.ts";
import type { Backtest, Estimate } from "./model.ts";
import { pathQuantiles } from "./pathQuantiles.ts";
import { simulate } from "./simulate.ts";

export interface Calibration {
  /** By how much the ranges of days are widened, or narrowed, around their middle. */
  days: number;
  /** The same for totals. */
  totals: number;
  backtest: Backtest;
}

/** How a past day or total compares with the range that was forecast for it. */
interface Score {
  /** The index of the day from which on the score was known. */
  known: number;
  /** The distance from the middle: 1 on the border of the range, more beyond. */
  value: number;
  /** The logarithm of `value`, in steps. */
  bin: number;
  /** Newer scores count more. */
  weight: number;
}

/** The fewest days from which the past is forecast. */
const FIRST_ORIGIN = 14;
const MAX_ORIGINS = 12;
/** How far the past is forecast. */
const MAX_AHEAD = 28;
const PATHS = 61;
/** Totals of successive days say almost the same. */
const TOTALS_EVERY = 3;
/** Shares of scores; more than 0.8, since the borders of a few paths, and few totals, are themselves uncertain. */
const AIM = { days: 0.81, totals: 0.86 };
/** After so many days a score counts half. */
const HALF_LIFE = 90;
/** That ranges are right as they are counts as much as so many days of scores. */
const PRIOR_DAYS = 30;
const [MIN_FACTOR, MAX_FACTOR] = [0.5, 4];
const BINS = 100;

/** Forecasts the series from days of its past, each time only from the days before. */
export function calibrate(days: Float64Array, random: () => number): Calibration {
  const first = Math.max(FIRST_ORIGIN, Math.floor(days.length * 0.25));
  const step = Math.max(1, Math.floor((days.length - first) / MAX_ORIGINS));
  const last = days.length - 1;
  const start = last - step * Math.floor((last - first) / step);
  const dayScores: Score[] = [];
  const totalScores: Score[] = [];
  let inside = 0;
  for (let origin = start; origin < days.length; origin += step) {
    const ahead = Math.min(MAX_AHEAD, days.length - origin);
    const { each, totals } = pathQuantiles(
      simulate(fitSeries(days.subarray(0, origin)), ahead, PATHS, random),
      PATHS,
      TOTALS_EVERY,
    );
    // The widening that was possible then.
    const factor = wideningOf(dayScores, origin, AIM.days);
    let total = 0;
    for (let k = 0; k < ahead; k++) {
      const actual = days[origin + k]!;
      const usual = usualWidening(origin, k);
      const score = scoreOf(actual, each[k]!, usual.day, origin + k + 1);
      if (score.value <= factor) inside++;
      dayScores.push(score);
      total += actual;
      if ((k + 1) % TOTALS_EVERY) continue;
      const range = totals[(k + 1) / TOTALS_EVERY - 1]!;
      totalScores.push(scoreOf(total, range, usual.total, origin + k + 1));
    }
  }
  return {
    days: wideningOf(dayScores, days.length, AIM.days),
    totals: wideningOf(totalScores, days.length, AIM.totals),
    backtest: { within: inside / Math.max(1, dayScores.length), days: days.length - start },
  };
}

/**
 * Returns the factors by which ranges from a short history are usually too narrow, and the more so the further they reach.
 * Found with the series of the tests.
 */
export function usualWidening(known: number, ahead: number): { day: number; total: number } {
  const far = 1 + 0.4 * Math.max(0, (ahead + 1) / known - 0.25);
  return { day: far * (1 + 18 / known), total: far * (1 + 45 / known) };
}

function scoreOf(actual: number, { low, middle, high }: Estimate, usual: number, known: number): Score {
  const off = actual - middle;
  const width = usual * Math.max(1e-9, off > 0 ? high - middle : middle - low);
  const value = Math.abs(off) < 1e-9 ? 0 : Math.abs(off) / width;
  return { known, value, weight: 2 ** (known / HALF_LIFE), bin: binOf(value) };
}

function binOf(factor: number): number {
  if (factor <= MIN_FACTOR) return 0;
  if (factor >= MAX_FACTOR) return BINS - 1;
  return Math.floor(((BINS - 1) * Math.log(factor / MIN_FACTOR)) / Math.log(MAX_FACTOR / MIN_FACTOR));
}

/** Returns the factor within which enough of the scores are that were known after so many days. */
function wideningOf(scores: readonly Score[], known: number, aim: number): number {
  const bins = new Float64Array(BINS);
  let all = 0;
  for (const score of scores) {
    if (score.known > known) continue;
    bins[score.bin]! += score.weight;
    all += score.weight;
  }
  if (all === 0) return 1;
  let bin = 0;
  for (let below = bins[0]!; bin < BINS - 1 && below < aim * all; below += bins[++bin]!);
  const own = MIN_FACTOR * (MAX_FACTOR / MIN_FACTOR) ** ((bin + 0.5) / (BINS - 1));
  const days = known - scores[0]!.known + 1;
  return own ** (days / (days + PRIOR_DAYS));
}
