// Which source answers for which buckets, and what takes its place where it fails. Pure.
import { dayAfter, type Range, type Span } from "./span.ts";

/** `/activity` answers for so many completed days. */
export const ACTIVITY_DAYS = 30;

export interface Plan {
  source: "activity" | "analytics" | "counters";
  /** The first bucket and the last. */
  from: string;
  to: string;
  /** Without any, the buckets stay a gap. */
  otherwise: Plan[];
}

/**
 * Completed days of the last 30 come from the activity, everything else from the analytics; ranges of 90 days and more
 * whole from the analytics, so that all their days are counted alike. Today's last resort is the keys' counters.
 * @param buckets those of the span that are asked for, in time order
 */
export function planOf(range: Range, { unit, today }: Span, buckets: readonly string[]): Plan[] {
  const [from, to] = [buckets[0], buckets.at(-1)];
  if (from === undefined || to === undefined) return [];
  const counters: Plan = { source: "counters", from: today, to: today, otherwise: [] };
  if (unit === "hour") return [{ source: "analytics", from, to, otherwise: to.startsWith(today) ? [counters] : [] }];

  const oldest = dayAfter(today, -ACTIVITY_DAYS);
  const yesterday = dayAfter(today, -1);
  const within = (first: string, last: string) => ({ from: from > first ? from : first, to: to < last ? to : last });
  const older = { source: "analytics", ...within("0000", dayAfter(oldest, -1)), otherwise: [] } satisfies Plan;
  const recent = within(oldest, yesterday);
  const current: Plan = { source: "analytics", from: today, to: today, otherwise: [counters] };
  const long = range === "90d" || range === "365d";
  if (long) {
    const activity: Plan = { source: "activity", ...recent, otherwise: [] };
    const otherwise = [...(isSome(activity) ? [activity] : []), ...(to >= today ? [counters] : [])];
    return [{ source: "analytics", from, to, otherwise }];
  }
  const activity: Plan = {
    source: "activity",
    ...recent,
    otherwise: [{ source: "analytics", ...recent, otherwise: [] }],
  };
  return [...[older, activity].filter(isSome), ...(to >= today ? [current] : [])];
}

function isSome({ from, to }: Plan): boolean {
  return from <= to;
}
