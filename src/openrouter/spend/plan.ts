// Decides which source provides which buckets, and the fallbacks if it fails. Pure.
import type { SpendRequest } from "./request.ts";
import { dayAfter, type Span } from "./span.ts";

/** The number of completed days that `/activity` covers. */
export const ACTIVITY_DAYS = 30;

export interface Plan {
  /** `today` is the reading of the current day that all views share. */
  source: "activity" | "analytics" | "today";
  /** The first and the last bucket. */
  from: string;
  to: string;
  /** Read if the source fails. Without fallbacks the buckets stay a gap. */
  fallbacks: Plan[];
}

/**
 * Returns the sources to read for some buckets. Days up to yesterday come from activity if it covers them, otherwise from
 * analytics; in ranges of 90 days and more they come from analytics alone, so that they are counted alike. Today comes from
 * the shared reading, and its hours from analytics. Analytics answer for several keys at once, activity only for one.
 * @param buckets the requested buckets of the span, in time order
 */
export function planSources(
  { range, keys, dimensions }: SpendRequest,
  { unit, today }: Span,
  buckets: readonly string[],
): Plan[] {
  const [from, to] = [buckets[0], buckets.at(-1)];
  if (from === undefined || to === undefined) return [];
  const current: Plan = { source: "today", from: today, to: today, fallbacks: [] };
  if (unit === "hour") return [{ source: "analytics", from, to, fallbacks: to.startsWith(today) ? [current] : [] }];

  const oldest = dayAfter(today, -ACTIVITY_DAYS);
  const yesterday = dayAfter(today, -1);
  const within = (first: string, last: string) => ({ from: from > first ? from : first, to: to < last ? to : last });
  const activity: Plan = { source: "activity", ...within(oldest, yesterday), fallbacks: [] };
  const long = range === "90d" || range === "365d";
  const someKeys = keys !== undefined && !dimensions.includes("provider");
  const past: Plan[] =
    long || someKeys
      ? [{ source: "analytics", ...within("0000", yesterday), fallbacks: [activity].filter(isNotEmpty) }]
      : [
          { source: "analytics", ...within("0000", dayAfter(oldest, -1)), fallbacks: [] },
          { ...activity, fallbacks: [{ ...activity, source: "analytics" }] },
        ];
  return [...past.filter(isNotEmpty), ...(to >= today ? [current] : [])];
}

function isNotEmpty({ from, to }: Plan): boolean {
  return from <= to;
}
