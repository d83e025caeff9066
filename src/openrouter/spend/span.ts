// The UTC days, or hours of today, that a chart shows. Pure.
import { utcDay } from "../text/figures.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";

/** `month` is the current calendar month up to today. */
export const ranges = ["today", "7d", "month", "30d", "90d", "365d"] as const;
export type Range = (typeof ranges)[number];

const rangeDays = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 };
const MAX_MONTH_DAYS = 31;

/** The number of days that analytics go back. */
export const ANALYTICS_DAYS = 365;

export interface Span {
  unit: "day" | "hour";
  /** In time order. With a comparison, the previous period comes first. */
  buckets: string[];
  /** The UTC day, YYYY-MM-DD. */
  today: string;
}

/** Returns the number of days of a range, including today. */
export function daysIn(range: Exclude<Range, "today">, today: string): number {
  return range === "month" ? Number(today.slice(8)) : rangeDays[range];
}

/** Returns the hours of today, or the days of a range up to today; optionally preceded by the previous period. */
export function spanOf(range: Range, compare: boolean, now: Date): Span {
  const today = utcDay(now);
  const midnight = Date.parse(today);
  const day = (ago: number) => utcDay(new Date(midnight - ago * DAY_MS));
  if (range === "today") {
    const days = compare ? [day(1), today] : [today];
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
    return { unit: "hour", today, buckets: days.flatMap((date) => hours.map((hour) => `${date}T${hour}`)) };
  }
  const count = daysIn(range, today) * (compare ? 2 : 1);
  return { unit: "day", today, buckets: Array.from({ length: count }, (_, i) => day(count - 1 - i)) };
}

/** True if analytics go back far enough for the previous period. */
export function canCompare(range: Range): boolean {
  if (range === "today") return true;
  return 2 * (range === "month" ? MAX_MONTH_DAYS : rangeDays[range]) <= ANALYTICS_DAYS;
}

/** Adds days to a day, YYYY-MM-DD; a negative number goes back. */
export function dayAfter(day: string, days = 1): string {
  return utcDay(new Date(Date.parse(day) + days * DAY_MS));
}

/** Returns the bucket in progress. */
export function currentBucket(unit: Span["unit"], now: Date): string {
  return now.toISOString().slice(0, unit === "day" ? 10 : 13);
}

/** Returns the start of a bucket. */
export function bucketStart(bucket: string): Date {
  return new Date(bucket.length === 10 ? `${bucket}T00:00:00.000Z` : `${bucket}:00:00.000Z`);
}

/** Returns the end of a bucket. */
export function bucketEnd(bucket: string): Date {
  return new Date(bucketStart(bucket).getTime() + (bucket.length === 10 ? DAY_MS : HOUR_MS));
}
