export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The UTC day, YYYY-MM-DD. */
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const GRANULARITIES = ["minute", "hour", "day", "week", "month"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Where the minute, hour, day, week (from Monday) or month of a moment begins, UTC. */
export function periodStart(at: number, granularity: Granularity): number {
  const day = Math.floor(at / DAY) * DAY;
  const date = new Date(at);
  if (granularity === "minute") return at - (at % 60_000);
  if (granularity === "hour") return at - (at % HOUR);
  if (granularity === "day") return day;
  if (granularity === "week") return day - ((date.getUTCDay() + 6) % 7) * DAY;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
