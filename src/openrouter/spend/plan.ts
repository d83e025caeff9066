// Decides which source provides which buckets, and the fallbacks if it fails. Pure.
import { dayAfter, type Range, type Span } from "./span.ts";

/** The number of completed days that `/activity` covers. */
export const ACTIVITY_DAYS = 30;

export interface Plan {
  source: "activity" | "analytics" | "counters";
  /** The first and the last bucket. */
  from: string;
  to: string;
  /** Read if the source fails. Without fallbacks the buckets stay a gap. */
  fallbacks: Plan[];
}

/**
 * Returns the sources to read for some buckets. The last 30 completed days come from activity, everything else from analytics;
 * ranges of 90 days and more come entirely from analytics, so that all days are counted alike. The last fallback for
 * today is the keys' counters.
 * @param buckets the requested buckets of the span, in time order
 */
export function planSources(range: Range, { unit, today }: Span, buckets: readonly string[]): Plan[] {
  const [from, to] = [buckets[0], buckets.at(-1)];
  if (from === undefined || to === undefined) return [];
  const counters: Plan = { source: "counters", from: today, to: today, fallbacks: [] };
  if (unit === "hour") return [{ source: "analytics", from, to, fallbacks: to.startsWith(today) ? [counters] : [] }];

  const oldest = dayAfter(today, -ACTIVITY_DAYS);
  const yesterday = dayAfter(today, -1);
  const within = (first: string, last: string) => ({ from: from > first ? from : first, to: to < last ? to : last });
  const older = { source: "analytics", ...within("0000", dayAfter(oldest, -1)), fallbacks: [] } satisfies Plan;
  const recent = within(oldest, yesterday);
  const current: Plan = { source: "analytics", from: today, to: today, fallbacks: [counters] };
  const long = range === "90d" || range === "365d";
  if (long) {
    const activity: Plan = { source: "activity", ...recent, fallbacks: [] };
    const fallbacks = [...(isNotEmpty(activity) ? [activity] : []), ...(to >= today ? [counters] : [])];
    return [{ source: "analytics", from, to, fallbacks }];
  }
  const activity: Plan = {
    source: "activity",
    ...recent,
    fallbacks: [{ source: "analytics", ...recent, fallbacks: [] }],
  };
  return [...[older, activity].filter(isNotEmpty), ...(to >= today ? [current] : [])];
}

function isNotEmpty({ from, to }: Plan): boolean {
  return from <= to;
}
