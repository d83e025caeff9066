// Takes a series of daily spend apart: day = level × weekday × noise.
import { SLOW_RATE, smooth, smoothBothWays, withoutSpikes } from "./level.ts";
import { mean } from "./statistics.ts";
import { chanceTrend } from "./trend.ts";
import { type Weekdays, weekdayFactors } from "./weekdays.ts";

export interface Fit {
  weekdays: Weekdays;
  /** The level as it was known at the end of each day, by several estimates; 0 and below never occur. */
  levels: { known: Float64Array; weight: number }[];
  /** The level of each day with hindsight, which days before and after it determine. */
  hindsight: Float64Array;
  /** What remains of each day: its spend in proportion to level and weekday. */
  noise: Float64Array;
  /** The part of the level's trend that chance could explain: the logarithm of its rise by day. */
  chanceTrend: number;
}

/** Few days are needed until a level is known. */
export const WARM_UP = 10;
/** How fast levels follow the days. */
const RATES = [0.02, 0.05, 0.12, 0.3];
const HINDSIGHT_RATE = 0.12;

/** Fits the model to days without a gap, none of them negative. */
export function fitSeries(days: Float64Array): Fit {
  const weekdays = weekdayFactors(days);
  const weekday = weekdays.factors;
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
    weekdays,
    // The estimates that would have foreseen the following weeks best count most.
    levels: levels.map(({ known, loss }) => ({ known, weight: (smallest / (loss + 1e-6)) ** 4 })),
    hindsight,
    noise: days.map((usd, i) => usd / (hindsight[i]! * weekday[i % 7]!)),
    chanceTrend: chanceTrend(wanted.subarray(WARM_UP - 1)),
  };
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
