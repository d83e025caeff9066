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

/** How a past day or total compares with the range that was forecast for it: 1 on the border, more beyond. */
interface Score {
  /** The index of the day from which on the score was known. */
  known: number;
  value: number;
}

/** The fewest days from which the past is forecast. */
const FIRST_ORIGIN = 14;
const MAX_ORIGINS = 16;
/** How far the past is forecast. */
const MAX_AHEAD = 28;
const PATHS = 60;
/** A little more than 8 of 10, since the borders of a few paths are themselves uncertain. */
const AIM = 0.82;
/** After so many days a score counts half. */
const HALF_LIFE = 90;
/** What series of a length usually need counts as much as so many scores. */
const PRIOR_SCORES = 40;
const [MIN_FACTOR, MAX_FACTOR] = [0.5, 4];

/** Forecasts the series from days of its past, each time only from the days before. */
export function calibrate(days: Float64Array, random: () => number): Calibration {
  const first = Math.max(FIRST_ORIGIN, Math.floor(days.length * 0.25));
  const step = Math.max(1, Math.floor((days.length - first) / MAX_ORIGINS));
  const dayScores: Score[] = [];
  const totalScores: Score[] = [];
  const forecast = new Set<number>();
  let inside = 0;
  for (
    let origin = days.length - 1 - step * Math.floor((days.length - 1 - first) / step);
    origin < days.length;
    origin += step
  ) {
    const ahead = Math.min(MAX_AHEAD, days.length - origin);
    const { each, totals } = pathQuantiles(simulate(fitSeries(days.subarray(0, origin)), ahead, PATHS, random), PATHS);
    // The widening that was possible then.
    const factor = wideningOf(dayScores, origin);
    let total = 0;
    for (let k = 0; k < ahead; k++) {
      const actual = days[origin + k]!;
      total += actual;
      const value = scoreOf(actual, each[k]!);
      if (value <= factor) inside++;
      forecast.add(origin + k);
      dayScores.push({ known: origin + k + 1, value });
      if (k % 3 === 2) totalScores.push({ known: origin + k + 1, value: scoreOf(total, totals[k]!) });
    }
  }
  return {
    days: wideningOf(dayScores, days.length),
    totals: wideningOf(totalScores, days.length),
    backtest: { within: inside / Math.max(1, dayScores.length), days: forecast.size },
  };
}

function scoreOf(actual: number, { low, middle, high }: Estimate): number {
  const off = actual - middle;
  if (Math.abs(off) < 1e-9) return 0;
  return Math.abs(off) / Math.max(1e-9, off > 0 ? high - middle : middle - low);
}

const BINS = 100;
const binOf = (factor: number) =>
  Math.floor(
    (BINS - 1) *
      (Math.log(Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, factor)) / MIN_FACTOR) / Math.log(MAX_FACTOR / MIN_FACTOR)),
  );

/** Returns the factor within which enough of the scores are that were known after so many days. */
function wideningOf(scores: readonly Score[], known: number): number {
  const bins = new Float64Array(BINS);
  let all = 0;
  for (const score of scores) {
    if (score.known > known) continue;
    const weight = 2 ** ((score.known - known) / HALF_LIFE);
    bins[binOf(score.value)]! += weight;
    all += weight;
  }
  const usual = 1 + 12 / known;
  let bin = 0;
  for (let below = bins[0]!; bin < BINS - 1 && below < AIM * all; below += bins[++bin]!);
  const own = MIN_FACTOR * (MAX_FACTOR / MIN_FACTOR) ** ((bin + 0.5) / (BINS - 1));
  const trust = all / (all + PRIOR_SCORES);
  return all ? own ** trust * usual ** (1 - trust) : usual;
}
