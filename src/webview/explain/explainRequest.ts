// Which periods an explanation compares, by the state of the panel. Pure.
import { canCompare, type Dimension, dayAfter, daysIn, type Filter } from "../../openrouter/spend/model.ts";
import { type ActivityState, drilledBucket, filterOf } from "../state.ts";
import { type Basis, type Buckets, bases, type ChosenPeriods, type NamedBasis } from "./basis.ts";
import { findProblem, unitOf } from "./chosenPeriods.ts";

export interface ExplainRequest {
  after: Buckets;
  /** "usual": the average of the same weekday in the weeks before. */
  before: Buckets | "usual";
  filter: Filter;
}

/** What an explanation is limited to, with a name for people; the id null stands for unattributed spend. */
export interface NamedFilter {
  dimension: Dimension;
  ids: (string | null)[];
  name: string;
}

/** What the panel shows of an explanation besides its figures. */
export interface Comparison {
  /** Undefined if there is nothing to compare with. */
  request: ExplainRequest | undefined;
  /** What is compared, and what else it can be compared with. */
  basis: Basis;
  bases: readonly NamedBasis[];
  /** The periods that were chosen, or that a choice begins with. */
  chosen: ChosenPeriods;
  filters: NamedFilter[];
  /** The day or hour in progress. */
  current: string;
}

export function comparisonOf(state: ActivityState, current: string): Comparison {
  return {
    request: explainRequest(state, current),
    basis: basisFor(state, current),
    bases: basesFor(state, current),
    chosen: typeof state.explain === "object" ? state.explain : firstChoice(state, current),
    filters: filtersOf(state),
    current,
  };
}

/** The filters and the drill-down, which replaces a filter of the same dimension. */
function filtersOf({ scopes, path }: ActivityState): NamedFilter[] {
  const steps = path.flatMap((step) => ("dimension" in step ? [step] : []));
  const isReplaced = ({ dimension }: NamedFilter) => steps.some((step) => step.dimension === dimension);
  return [
    ...scopes.filter((scope) => !isReplaced(scope)),
    ...steps.map(({ dimension, id, name }) => ({ dimension, ids: [id], name })),
  ];
}

/**
 * Returns what a day, an hour or a range can be compared with, besides other days; empty for a range without a previous one.
 * @param current the day or hour in progress
 */
export function basesFor(state: ActivityState, current: string): NamedBasis[] {
  const bucket = explainedBucket(state, current);
  if (bucket === undefined) return previousOf(state, current) ? ["previous"] : [];
  const isCompletedDay = bucket.length === 10 && bucket < current.slice(0, 10);
  return bases.filter((basis) => basis !== "previous" && (basis !== "usual" || isCompletedDay));
}

/**
 * Returns the request for the explanation of what a state shows; undefined if there is nothing to compare it with.
 * Of the current day, only its completed hours can be compared.
 */
export function explainRequest(state: ActivityState, current: string): ExplainRequest | undefined {
  const filter = filterOf(state);
  const { explain } = state;
  if (typeof explain === "object") {
    const isPossible = findProblem(explain, unitOf(explain.after), current, "en") === undefined;
    return isPossible ? { after: explain.after, before: explain.before, filter } : undefined;
  }
  const bucket = explainedBucket(state, current);
  if (bucket === undefined) {
    const periods = previousOf(state, current);
    return periods && { ...periods, filter };
  }
  // An hour in progress has no counterpart.
  if (bucket.length > 10 && bucket >= current) return undefined;
  const after = { from: bucket, to: bucket };
  const basis = basisFor(state, current);
  return { after, before: basis === "usual" ? "usual" : shift(after, basis === "week" ? 7 : 1), filter };
}

/** Returns the chosen basis if it can be used, else the first one that can. */
export function basisFor(state: ActivityState, current: string): Basis {
  if (typeof state.explain === "object") return state.explain;
  const possible = basesFor(state, current);
  return possible.find((basis) => basis === state.explain) ?? possible[0] ?? "usual";
}

/** Returns the day or hour that is explained; undefined for a range of days. */
function explainedBucket(state: ActivityState, current: string): string | undefined {
  return drilledBucket(state) ?? (state.range === "today" ? current.slice(0, 10) : undefined);
}

/** A range is compared with the previous one; undefined if that isn't known. */
function previousOf({ range }: ActivityState, current: string): ChosenPeriods | undefined {
  if (range === "today" || !canCompare(range)) return undefined;
  const days = daysIn(range, current.slice(0, 10));
  // On the first day of a month, no day of it has completed.
  if (days < 2) return undefined;
  const after = completedDays(days, current);
  return { after, before: shift(after, days) };
}

/** A choice of periods begins with what is compared; instead of the usual, with the same day of the week before. */
function firstChoice(state: ActivityState, current: string): ChosenPeriods {
  const request = explainRequest(state, current);
  if (request) {
    const { after, before } = request;
    return { after, before: before === "usual" ? shift(after, 7) : before };
  }
  const bucket = explainedBucket(state, current);
  // Of a year, its halves can be compared.
  const days = state.range === "today" ? 1 : Math.max(2, Math.floor(daysIn(state.range, current.slice(0, 10)) / 2));
  const after = bucket === undefined ? completedDays(days, current) : { from: bucket, to: bucket };
  return { after, before: shift(after, lengthOf(after)) };
}

function lengthOf({ from, to }: Buckets): number {
  let days = 1;
  while (dayAfter(from.slice(0, 10), days) <= to.slice(0, 10)) days += 1;
  return days;
}

/** The days of a range of so many days, without the one in progress. */
function completedDays(days: number, current: string): Buckets {
  const today = current.slice(0, 10);
  return { from: dayAfter(today, 1 - days), to: dayAfter(today, -1) };
}

function shift({ from, to }: Buckets, days: number): Buckets {
  const earlier = (bucket: string) => `${dayAfter(bucket.slice(0, 10), -days)}${bucket.slice(10)}`;
  return { from: earlier(from), to: earlier(to) };
}
