import { mean, quantile } from "./statistics.ts";

/** Of the slowest level, and of the longest memory of what a day costs on average. */
export const SLOW_RATE = 0.02;

/** Caps days far above those around them, which say little about the level. */
export function withoutSpikes(days: Float64Array, weekday: Float64Array): Float64Array {
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
export function smooth(days: Float64Array, weekday: Float64Array, rate: number): Float64Array {
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

export function smoothBothWays(days: Float64Array, weekday: Float64Array, rate: number): Float64Array {
  const ahead = smooth(days, weekday, rate);
  const last = days.length - 1;
  const backwards = Float64Array.from(weekday, (_, i) => weekday[(((last - i) % 7) + 7) % 7]!);
  const back = smooth(days.slice().reverse(), backwards, rate).reverse();
  return ahead.map((level, i) => (level + back[i]!) / 2);
}
