// The state of the activity panel, and the requests and views derived from it. Pure.
import {
  type Aggregate,
  aggregate,
  type Comparison,
  canCompare,
  compare,
  type Dimension,
  type Filter,
  type Metric,
  type Range,
  type SpendQuery,
  type SpendRequest,
  type SpendTable,
} from "../openrouter/spend/model.ts";
import type { Basis } from "./explain/basis.ts";
import type { Top } from "./seriesCount.ts";

/** A drill-down step: into a day or hour, or into a model, provider, key or workspace. */
export type DrillStep = { bucket: string } | { dimension: Dimension; id: string | null; name: string };

/** A filter that the panel was opened with: ids of a dimension, and the filter's display name. */
export interface ScopeFilter {
  dimension: Dimension;
  ids: string[];
  name: string;
}

export interface ActivityState {
  /** The account whose keys, models and workspaces `scopes` and `path` name; undefined until it is known. */
  accountId?: string;
  range: Range;
  groupBy: Dimension;
  metric: Metric;
  /** How many groups have their own color. */
  top: Top;
  compare: boolean;
  scopes: ScopeFilter[];
  path: DrillStep[];
  /** What each row of the table shows. */
  rows: "groups" | "buckets";
  sort: { column: string; descending: boolean };
  /** Explains the change in spend instead of showing it: what it is compared with. */
  explain?: Basis;
}

export const initialState: ActivityState = {
  range: "30d",
  groupBy: "model",
  metric: "cost",
  top: "auto",
  compare: false,
  scopes: [],
  path: [],
  rows: "groups",
  sort: { column: "metric", descending: true },
};

/** Returns the order of a drill-down: the chosen grouping, then models, providers and keys. */
export function drillOrder({ groupBy }: Pick<ActivityState, "groupBy">): Dimension[] {
  return [...new Set<Dimension>([groupBy, "model", "provider", "key"])];
}

/** Returns the dimension of the chart's groups: the first one that has not been drilled into. */
export function currentDimension(state: ActivityState): Dimension {
  const order = drillOrder(state);
  return order.find((dimension) => !isDrilledInto(state, dimension)) ?? order.at(-1)!;
}

/** True unless the drill-down has reached its last dimension. */
export function canDrill(state: ActivityState): boolean {
  const order = drillOrder(state);
  return order.filter((dimension) => !isDrilledInto(state, dimension)).length > 1;
}

function isDrilledInto({ path }: ActivityState, dimension: Dimension): boolean {
  return path.some((step) => "dimension" in step && step.dimension === dimension);
}

/** Returns the bucket that was drilled into. */
export function drilledBucket({ path }: ActivityState): string | undefined {
  return path.flatMap((step) => ("bucket" in step ? [step.bucket] : []))[0];
}

/** True if the previous period is read, too. False inside a bucket, and for ranges that analytics can't compare. */
export function isComparing(state: ActivityState): boolean {
  return state.compare && canCompare(state.range) && drilledBucket(state) === undefined;
}

/** Adds a drill-down step; a bucket replaces the previous bucket. */
export function drill(state: ActivityState, step: DrillStep): ActivityState {
  const path = "bucket" in step ? state.path.filter((one) => !("bucket" in one)) : state.path;
  return closeExplanation({ ...state, path: [...path, step], sort: initialState.sort });
}

/** Goes back to the first `steps` drill-down steps. */
export function backTo(state: ActivityState, steps: number): ActivityState {
  return closeExplanation({ ...state, path: state.path.slice(0, steps), sort: initialState.sort });
}

function closeExplanation({ explain: _, ...state }: ActivityState): ActivityState {
  return state;
}

/** Applies a choice of the controls. Another range, grouping or filter resets the drill-down. */
export function choose(state: ActivityState, change: Partial<ActivityState>): ActivityState {
  const restarts = change.range !== undefined || change.groupBy !== undefined || change.scopes !== undefined;
  const next = { ...state, ...change };
  return restarts ? closeExplanation({ ...next, path: [] }) : next;
}

/** Returns the state for an account's figures. Drops the filters and groups of another account, which name its keys. */
export function forAccount(state: ActivityState, accountId: string): ActivityState {
  if (state.accountId === accountId) return state;
  return { ...state, accountId, scopes: [], path: state.path.filter((step) => "bucket" in step) };
}

/** True if the next state has another grouping or drill-down. */
export function changesGroups(state: ActivityState, next: ActivityState): boolean {
  return next.groupBy !== state.groupBy || next.path !== state.path;
}

/** Sets the table's rows and their default order: days and hours newest first, groups by the metric. */
export function chooseRows(state: ActivityState, rows: ActivityState["rows"]): ActivityState {
  return { ...state, rows, sort: rows === "buckets" ? { column: "name", descending: true } : initialState.sort };
}

/** True if a state shows keys or has drilled into one. */
export function needsKeys(state: ActivityState): boolean {
  return currentDimension(state) === "key" || isDrilledInto(state, "key");
}

/** Returns the keys whose spend is requested alone: the one that was drilled into, else those of the filter. */
function requestedKeys({ path, scopes }: ActivityState): string[] | undefined {
  const drilled = path.find((step) => "dimension" in step && step.dimension === "key");
  if (drilled && "id" in drilled && drilled.id !== null) return [drilled.id];
  return scopes.find(({ dimension }) => dimension === "key")?.ids;
}

/** Returns the request for the figures of a state. */
export function requestFor(state: ActivityState): SpendRequest {
  const bucket = drilledBucket(state);
  const steps = state.path.flatMap((step) => ("dimension" in step ? [step.dimension] : []));
  const scoped = state.scopes.map(({ dimension }) => dimension);
  const needed = new Set<Dimension>([currentDimension(state), ...steps, ...scoped]);
  const keys = requestedKeys(state);
  if (keys) needed.delete("key");
  const long = state.range === "90d" || state.range === "365d";
  // Reads the next drill-down step in advance if that takes no extra request. Several keys are read together only without
  // their providers.
  if (!long && !needed.has("key")) {
    needed.add("model");
    if (!keys || keys.length === 1) needed.add("provider");
  }
  const byKey = needed.has("key");
  const [provider, ...others] = (byKey && filterOf(state).provider) || [];
  return {
    range: state.range,
    dimensions: [...needed].sort(),
    ...(isComparing(state) && { compare: true }),
    ...(keys && { keys }),
    ...(bucket !== undefined && state.range !== "today" && (long || byKey) && { day: bucket }),
    ...(typeof provider === "string" && others.length === 0 && { provider }),
  };
}

/** True if a table read for one request also covers another request. */
export function covers(read: SpendRequest, wanted: SpendRequest): boolean {
  return (
    read.range === wanted.range &&
    (read.compare ?? false) === (wanted.compare ?? false) &&
    read.day === wanted.day &&
    JSON.stringify(read.keys) === JSON.stringify(wanted.keys) &&
    (read.provider === undefined || read.provider === wanted.provider || !wanted.dimensions.includes("key")) &&
    wanted.dimensions.every((dimension) => read.dimensions.includes(dimension))
  );
}

/** The part of a table that a chart shows. */
export interface View {
  query: SpendQuery;
  dimension: Dimension;
  current: Aggregate;
  /** The previous period, if compared. */
  previous: Aggregate | undefined;
  comparison: Comparison | undefined;
  /** The bucket that was drilled into; its groups are shown side by side. */
  bucket: string | undefined;
}

export function viewOf(table: SpendTable, state: ActivityState): View {
  const dimension = currentDimension(state);
  const query = { groupBy: dimension, metric: state.metric, filter: filterOf(state) };
  const bucket = drilledBucket(state);
  // By prefix, since the table may contain the day instead of its hours. If it no longer contains the bucket, the view is
  // empty.
  const index = table.buckets.findIndex((each) => bucket?.startsWith(each));
  const compared = isComparing(state) && table.buckets.length > 1;
  const half = compared ? table.buckets.length / 2 : 0;
  const range =
    bucket === undefined ? { from: half, to: table.buckets.length } : { from: Math.max(0, index), to: index + 1 };
  return {
    query: { ...query, ...range },
    dimension,
    current: aggregate(table, { ...query, ...range }),
    previous: compared ? aggregate(table, { ...query, from: 0, to: half }) : undefined,
    comparison: compared ? compare(table, query) : undefined,
    bucket,
  };
}

/** Returns the filter of the scopes and the drill-down. */
export function filterOf({ scopes, path }: ActivityState): Filter {
  const filter: { [D in Dimension]?: (string | null)[] } = {};
  for (const { dimension, ids } of scopes) filter[dimension] = ids;
  for (const step of path) if ("dimension" in step) filter[step.dimension] = [step.id];
  return filter;
}
