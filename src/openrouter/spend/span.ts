// Which UTC days, or hours of today, a chart shows. Pure.
import { utcDay } from "../text/figures.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";

export const ranges = ["today", "7d", "30d", "90d", "365d"] as const;
export type Range = (typeof ranges)[number];

/** How many days each range has, today among them. */
export const rangeDays: Record<Exclude<Range, "today">, number> = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 };

/** The analytics go back this many days. */
export const ANALYTICS_DAYS = 365;

export interface Span {
  unit: "day" | "hour";
  /** In time order; with a comparison those of the period before come first. */
  buckets: string[];
  /** The UTC day, YYYY-MM-DD. */
  today: string;
}

/** The hours of today, or so many days of which today is the last; with the same number before them to compare with. */
export function spanOf(range: Range, compare: boolean, now: Date): Span {
  const today = utcDay(now);
  const midnight = Date.parse(today);
  const day = (ago: number) => utcDay(new Date(midnight - ago * DAY_MS));
  if (range === "today") {
    const days = compare ? [day(1), today] : [today];
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
    return { unit: "hour", today, buckets: days.flatMap((date) => hours.map((hour) => `${date}T${hour}`)) };
  }
  const count = rangeDays[range] * (compare ? 2 : 1);
  return { unit: "day", today, buckets: Array.from({ length: count }, (_, i) => day(count - 1 - i)) };
}

/** True if the analytics go back far enough for the previous period. */
export function canCompare(range: Range): boolean {
  return range === "today" || 2 * rangeDays[range] <= ANALYTICS_DAYS;
}

/** The day, YYYY-MM-DD, so many days before or after another. */
export function dayAfter(day: string, days = 1): string {
  return utcDay(new Date(Date.parse(day) + days * DAY_MS));
}

/** The bucket that is not over yet. */
export function currentBucket(unit: Span["unit"], now: Date): string {
  return now.toISOString().slice(0, unit === "day" ? 10 : 13);
}

/** Where a bucket begins. */
export function bucketStart(bucket: string): Date {
  return new Date(bucket.length === 10 ? `${bucket}T00:00:00.000Z` : `${bucket}:00:00.000Z`);
}

/** Where a bucket ends. */
export function bucketEnd(bucket: string): Date {
  return new Date(bucketStart(bucket).getTime() + (bucket.length === 10 ? DAY_MS : HOUR_MS));
}
