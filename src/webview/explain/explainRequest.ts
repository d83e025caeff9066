// Which periods an explanation compares, by the state of the panel. Pure.
import { canCompare, dayAfter, daysIn, type Filter } from "../../openrouter/spend/model.ts";
import { type ActivityState, drilledBucket, filterOf } from "../state.ts";
import { type Basis, bases } from "./basis.ts";

/** UTC days or hours, the first and the last one. */
interface Buckets {
  from: string;
  to: string;
}

export interface ExplainRequest {
  after: Buckets;
  /** "usual": the average of the same weekday in the weeks before. */
  before: Buckets | "usual";
  filter: Filter;
}

/**
 * Returns what a day or hour can be compared with; empty for a whole range, which is compared with the previous period.
 * @param current the day or hour in progress
 */
export function basesFor(state: ActivityState, current: string): Basis[] {
  const bucket = drilledBucket(state) ?? (state.range === "today" ? current.slice(0, 10) : undefined);
  if (bucket === undefined) return [];
  const isCompletedDay = bucket.length === 10 && bucket < current.slice(0, 10);
  return bases.filter((basis) => basis !== "usual" || isCompletedDay);
}

/**
 * Returns the request for the explanation of what a state shows; undefined if there is nothing to compare it with.
 * Of the current day, only its completed hours can be compared.
 */
export function explainRequest(state: ActivityState, current: string): ExplainRequest | undefined {
  const filter = filterOf(state);
  const today = current.slice(0, 10);
  const bucket = drilledBucket(state) ?? (state.range === "today" ? today : undefined);
  if (bucket === undefined) {
    if (state.range === "today" || !canCompare(state.range)) return undefined;
    const days = daysIn(state.range, today);
    // On the first day of a month, no day of it has completed.
    if (days < 2) return undefined;
    const after = { from: dayAfter(today, 1 - days), to: dayAfter(today, -1) };
    return { after, before: shift(after, days), filter };
  }
  // An hour in progress has no counterpart.
  if (bucket.length > 10 && bucket >= current) return undefined;
  const after = { from: bucket, to: bucket };
  const basis = basisFor(state, current);
  return { after, before: basis === "usual" ? "usual" : shift(after, basis === "week" ? 7 : 1), filter };
}

/** Returns the chosen basis if it can be used, else the first one that can. */
export function basisFor(state: ActivityState, current: string): Basis {
  const possible = basesFor(state, current);
  return possible.find((basis) => basis === state.explain) ?? possible[0] ?? "usual";
}

function shift({ from, to }: Buckets, days: number): Buckets {
  const earlier = (bucket: string) => `${dayAfter(bucket.slice(0, 10), -days)}${bucket.slice(10)}`;
  return { from: earlier(from), to: earlier(to) };
}
