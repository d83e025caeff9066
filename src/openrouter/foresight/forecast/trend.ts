import { mean } from "./statistics.ts";

/** Trends are measured over so many days, and at least so many of them are needed to tell one from chance. */
const TREND_DAYS = 14;
const MIN_TRENDS = 2;

/**
 * Returns the part of the trend that chance could explain (James and Stein's estimator): all of it after a short time.
 * @param levels logarithms, by day
 * @returns the logarithm of the rise by day
 */
export function chanceTrend(levels: Float64Array): number {
  const count = levels.length - TREND_DAYS;
  if (count < MIN_TRENDS * TREND_DAYS) return (levels.at(-1)! - levels[0]!) / Math.max(1, levels.length - 1);
  const trends = new Float64Array(count);
  for (let i = 0; i < count; i++) trends[i] = (levels[i + TREND_DAYS]! - levels[i]!) / TREND_DAYS;
  const trend = mean(trends);
  const variance = mean(trends.map((value) => (value - trend) ** 2)) / (count / TREND_DAYS);
  return trend && trend * Math.min(1, variance / trend ** 2);
}
