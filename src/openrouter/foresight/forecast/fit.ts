// Takes a series of daily spend apart: day = level × weekday × noise.
import { quantile } from "./quantile.ts";

export interface Fit {
  /** The factor of each weekday, by the index of a day modulo 7; 1 on average. */
  weekday: Float64Array;
  /** The level as it was known at the end of each day. */
  level: Float64Array;
  /** The level of each day with hindsight, which days before and after it determine. */
  hindsight: Float64Array;
  /** What remains of each day: its spend in proportion to level and weekday. */
  noise: Float64Array;
  /** Added to levels before they are compared, so that those near 0 don't differ without bounds. */
  offset: number;
}

/** Few days are needed until a level is known. */
export const WARM_UP = 10;
/** How fast a level follows the days. The one that would have foreseen the following weeks best is used. */
const RATES = [0.04, 0.09, 0.2, 0.45];
const HINDSIGHT_RATE = 0.12;

/** Fits the model to days without a gap, none of them negative. */
export function fitSeries(days: Float64Array): Fit {
  const weekday = weekdayFactors(days);
  const plain = days.map((usd, i) => usd / weekday[i % 7]!);
  const calm = withoutSpikes(plain);
  const hindsight = smoothBothWays(calm);
  const offset = 0.1 * mean(hindsight) + 1e-12;
  const noise = days.map((usd, i) => usd / ((hindsight[i]! + offset) * weekday[i % 7]!));
  let level = smooth(calm, RATES[0]!);
  let best = Number.POSITIVE_INFINITY;
  for (const rate of RATES) {
    const candidate = smooth(calm, rate);
    const loss = levelLoss(candidate, hindsight, offset);
    if (loss < best) [best, level] = [loss, candidate];
  }
  return { weekday, level, hindsight, noise, offset };
}

/** Estimates weekday factors and draws them to 1 as far as chance could explain them (empirical Bayes). */
function weekdayFactors(days: Float64Array): Float64Array {
  const ratios: number[][] = Array.from({ length: 7 }, () => []);
  let window = 0;
  for (let i = 0; i < days.length; i++) {
    window += days[i]! - (i >= 7 ? days[i - 7]! : 0);
    if (i >= 6 && window > 1e-9) ratios[(i - 3) % 7]!.push((7 * days[i - 3]!) / window);
  }
  const factors = new Float64Array(7).fill(1);
  if (ratios.some((list) => list.length < 2)) return factors;
  const means = ratios.map(trimmedMean);
  const center = mean(means);
  if (!(center > 0)) return factors;
  const between = mean(means.map((value) => (value - center) ** 2)) * (7 / 6);
  const chance = mean(ratios.map((list, i) => mean(list.map((r) => (r - means[i]!) ** 2)) / (list.length - 1)));
  const share = between > 0 ? Math.max(0, 1 - chance / between) : 0;
  return factors.map((_, i) => Math.max(0.02, 1 + share * (means[i]! / center - 1)));
}

function trimmedMean(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 8);
  return mean(sorted.slice(cut, sorted.length - cut));
}

/** Caps days far above those around them, which say little about the level. */
function withoutSpikes(days: Float64Array): Float64Array {
  const out = new Float64Array(days.length);
  const first = days.slice(0, 14).sort();
  let typical = quantile(first, 0.5);
  let spread = Math.max(mean(first) - typical, mean(first.map((usd) => Math.abs(usd - typical))));
  for (let i = 0; i < days.length; i++) {
    const most = typical + 5 * spread;
    const usd = Math.min(days[i]!, most);
    out[i] = usd;
    // Twice as far as capped, so that a new level is believed within a week.
    const seen = Math.min(days[i]!, 2 * most);
    spread += 0.1 * (Math.abs(seen - typical) - spread);
    typical += 0.1 * (usd - typical);
  }
  return out;
}

function smooth(days: Float64Array, rate: number): Float64Array {
  const out = new Float64Array(days.length);
  let level = mean(days.subarray(0, 7));
  for (let i = 0; i < days.length; i++) {
    // The first days are averaged.
    level += Math.max(rate, 1 / (i + 7)) * (days[i]! - level);
    out[i] = level;
  }
  return out;
}

function smoothBothWays(days: Float64Array): Float64Array {
  const ahead = smooth(days, HINDSIGHT_RATE);
  const back = smooth(days.slice().reverse(), HINDSIGHT_RATE).reverse();
  return ahead.map((level, i) => (level + back[i]!) / 2);
}

/** Returns how far, on average, a level was from that of one and three weeks later. */
function levelLoss(level: Float64Array, hindsight: Float64Array, offset: number): number {
  let loss = 0;
  let count = 0;
  for (let i = WARM_UP; i + 7 < level.length; i++) {
    const known = level[i]! + offset;
    loss += Math.abs(Math.log((hindsight[i + 7]! + offset) / known));
    count++;
    if (i + 21 >= level.length) continue;
    loss += Math.abs(Math.log((hindsight[i + 21]! + offset) / known));
    count++;
  }
  return count ? loss / count : 0;
}

export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return values.length ? total / values.length : 0;
}
