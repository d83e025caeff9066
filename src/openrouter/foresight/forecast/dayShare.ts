// The part of a day's spend that usually falls before a time of the day. Pure.

import type { SpendRow } from "../../spend/table.ts";
import { sum, utcDay } from "../../text/figures.ts";
import { DAY_MS, HOUR_MS } from "../../time.ts";

/** Fewer days with spend say too little. */
const MIN_DAYS = 7;

/**
 * Returns the average over completed days, each of which counts alike, so that a day of a runaway loop decides nothing. A
 * day of even spend counts with them: where money always came earlier, more may still come. Undefined if too few days have
 * spend.
 * @param hours spend by hour
 */
export function shareBefore(hours: readonly SpendRow[], now: Date): number | undefined {
  const midnight = Date.parse(utcDay(now));
  const hour = Math.floor((now.getTime() - midnight) / HOUR_MS);
  const part = ((now.getTime() - midnight) % HOUR_MS) / HOUR_MS;
  const shares: number[] = [];
  for (const rows of Map.groupBy(hours, ({ bucket }) => bucket.slice(0, 10)).values()) {
    let [before, whole] = [0, 0];
    for (const { bucket, cost = 0 } of rows) {
      const at = Number(bucket.slice(11, 13));
      before += at < hour ? cost : at === hour ? part * cost : 0;
      whole += cost;
    }
    if (whole > 0) shares.push(Math.min(1, Math.max(0, before / whole)));
  }
  return shares.length < MIN_DAYS ? undefined : (sum(shares) + elapsedShare(now)) / (shares.length + 1);
}

/** Returns the part of the UTC day that has passed. */
export function elapsedShare(now: Date): number {
  return (now.getTime() - Date.parse(utcDay(now))) / DAY_MS;
}
