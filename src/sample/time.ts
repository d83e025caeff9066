export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Returns the UTC day of a time, YYYY-MM-DD. */
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const GRANULARITIES = ["minute", "hour", "day", "week", "month"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Returns the start of the minute, hour, day, week (from Monday) or month that contains a time, UTC. */
export function periodStart(at: number, granularity: Granularity): number {
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  const date = new Date(at);
  if (granularity === "minute") return at - (at % 60_000);
  if (granularity === "hour") return at - (at % HOUR_MS);
  if (granularity === "day") return day;
  if (granularity === "week") return day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
