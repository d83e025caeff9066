// Takes a series of daily spend apart: day = level × weekday × noise.
import { quantile } from "./quantile.ts";

export interface Fit {
  /** The factor of each weekday, by the index of a day modulo 7; 1 on average. */
  weekday: Float64Array;
  /** From 0, weekdays don't differ, to 1, they differ far more than by chance. */
  weekdayShare: number;
  /** The level as it was known at the end of each day, by several estimates; 0 and below never occur. */
  levels: { known: Float64Array; weight: number }[];
  /** The level of each day with hindsight, which days before and after it determine. */
  hindsight: Float64Array;
  /** What remains of each day: its spend in proportion to level and weekday. */
  noise: Float64Array;
}

/** Few days are needed until a level is known. */
export const WARM_UP = 10;
/** How fast levels follow the days. */
const RATES = [0.02, 0.05, 0.12, 0.3];
const SLOW_RATE = 0.02;
const HINDSIGHT_RATE = 0.12;

/** Fits the model to days without a gap, none of them negative. */
export function fitSeries(days: Float64Array): Fit {
  const { factors: weekday, share: weekdayShare } = weekdayFactors(days);
  const calm = withoutSpikes(days, weekday);
  // Part of a slow level is added, so that levels near 0 don't differ without bounds.
  const least = 1e-9 * mean(days);
  const plus = (level: Float64Array, slow: Float64Array) => level.map((usd, i) => usd + 0.1 * slow[i]! + least);
  const slow = smooth(calm, weekday, SLOW_RATE);
  const hindsight = plus(smoothBothWays(calm, weekday, HINDSIGHT_RATE), smoothBothWays(calm, weekday, SLOW_RATE));
  const wanted = hindsight.map(Math.log);
  const levels = RATES.map((rate) => {
    const known = plus(smooth(calm, weekday, rate), slow);
    return { known, loss: levelLoss(known.map(Math.log), wanted) };
  });
  const smallest = 1e-6 + Math.min(...levels.map(({ loss }) => loss));
  return {
    weekday,
    weekdayShare,
    // The estimates that would have foreseen the following weeks best count most.
    levels: levels.map(({ known, loss }) => ({ known, weight: (smallest / (loss + 1e-6)) ** 4 })),
    hindsight,
    noise: days.map((usd, i) => usd / (hindsight[i]! * weekday[i % 7]!)),
  };
}

/** Estimates weekday factors and draws them to 1 as far as chance could explain them (empirical Bayes). */
function weekdayFactors(days: Float64Array): { factors: Float64Array; share: number } {
  const ratios: number[][] = Array.from({ length: 7 }, () => []);
  let window = 0;
  for (let i = 0; i < days.length; i++) {
    window += days[i]! - (i >= 7 ? days[i - 7]! : 0);
    if (i >= 6 && window > 1e-9) ratios[(i - 3) % 7]!.push((7 * days[i - 3]!) / window);
  }
  const factors = new Float64Array(7).fill(1);
  if (ratios.some((list) => list.length < 2)) return { factors, share: 0 };
  const means = ratios.map(trimmedMean);
  const center = mean(means);
  if (!(center > 0)) return { factors, share: 0 };
  const between = mean(means.map((value) => (value - center) ** 2)) * (7 / 6);
  const chance = mean(ratios.map((list, i) => mean(list.map((r) => (r - means[i]!) ** 2)) / (list.length - 1)));
  const share = between > 0 ? Math.max(0, 1 - chance / between) : 0;
  return { factors: factors.map((_, i) => Math.max(0.02, 1 + share * (means[i]! / center - 1))), share };
}

function trimmedMean(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 8);
  return mean(sorted.subarray(cut, sorted.length - cut));
}

/** Caps days far above those around them, which say little about the level. */
function withoutSpikes(days: Float64Array, weekday: Float64Array): Float64Array {
  const out = new Float64Array(days.length);
  const first = days
    .slice(0, 14)
    .map((usd, i) => usd / weekday[i % 7]!)
    .filter((_, i) => weekday[i % 7]! > 0.5)
    .sort();
  let typical = quantile(first, 0.5);
  const deviations = first.map((usd) => Math.abs(usd - typical));
  let spread = 1.5 * quantile(deviations.slice().sort(), 0.5) || mean(deviations);
  let average = typical + spread;
  for (let i = 0; i < days.length; i++) {
    const factor = weekday[i % 7]!;
    const rate = 0.1 * Math.min(1, factor);
    const plain = days[i]! / factor;
    // The average matters where most days have no spend at all.
    const most = Math.max(typical + 5 * spread, average);
    const usd = Math.min(plain, most);
    out[i] = usd * factor;
    // Twice as far as capped, so that a new level is believed within a week.
    spread += rate * (Math.abs(Math.min(plain, 2 * most) - typical) - spread);
    typical += rate * (usd - typical);
    average += SLOW_RATE * Math.min(1, factor) * (plain - average);
  }
  return out;
}

/** Smooths exponentially. Each day counts as much as its weekday usually has spend. */
function smooth(days: Float64Array, weekday: Float64Array, rate: number): Float64Array {
  const out = new Float64Array(days.length);
  const known = Math.min(7, days.length);
  let usd = mean(days.subarray(0, known));
  let usual = mean(weekday.subarray(0, known));
  for (let i = 0; i < days.length; i++) {
    // The first days are averaged.
    const part = Math.max(rate, 1 / (i + 7));
    usd += part * (days[i]! - usd);
    usual += part * (weekday[i % 7]! - usual);
    out[i] = usd / usual;
  }
  return out;
}

function smoothBothWays(days: Float64Array, weekday: Float64Array, rate: number): Float64Array {
  const ahead = smooth(days, weekday, rate);
  const last = days.length - 1;
  const backwards = Float64Array.from(weekday, (_, i) => weekday[(((last - i) % 7) + 7) % 7]!);
  const back = smooth(days.slice().reverse(), backwards, rate).reverse();
  return ahead.map((level, i) => (level + back[i]!) / 2);
}

/** Returns how far, on average, a level was from that of one and three weeks later (logarithms). */
function levelLoss(level: Float64Array, hindsight: Float64Array): number {
  let loss = 0;
  let count = 0;
  for (let i = WARM_UP; i + 7 < level.length; i++) {
    loss += Math.abs(hindsight[i + 7]! - level[i]!);
    count++;
    if (i + 21 >= level.length) continue;
    loss += Math.abs(hindsight[i + 21]! - level[i]!);
    count++;
  }
  return count ? loss / count : 0;
}

export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return values.length ? total / values.length : 0;
}
