// The choices in the activity panel, and what follows from them. Pure.
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

/** A step of a drill-down: into a day or an hour, or into a model, provider, key or workspace. */
export type DrillStep = { bucket: string } | { dimension: Dimension; id: string | null; name: string };

/** A filter that the panel was opened with: some ids of a dimension, and their display name. */
export interface ScopeFilter {
  dimension: Dimension;
  ids: string[];
  name: string;
}

export interface ActivityState {
  range: Range;
  groupBy: Dimension;
  metric: Metric;
  /** How many groups have a colour of their own. */
  top: number;
  compare: boolean;
  scopes: ScopeFilter[];
  path: DrillStep[];
  /** What the rows of the table are. */
  rows: "groups" | "buckets";
  sort: { column: string; descending: boolean };
}

export const TOP_COUNTS = [5, 8, 12] as const;

export const initialState: ActivityState = {
  range: "30d",
  groupBy: "model",
  metric: "cost",
  top: 5,
  compare: false,
  scopes: [],
  path: [],
  rows: "groups",
  sort: { column: "metric", descending: true },
};

/** The order of a drill-down: what the chart is grouped by, then models, providers and keys. */
export function drillOrder({ groupBy }: Pick<ActivityState, "groupBy">): Dimension[] {
  return [...new Set<Dimension>([groupBy, "model", "provider", "key"])];
}

/** The dimension of the chart's groups: the first one that no step has gone into. */
export function currentDimension(state: ActivityState): Dimension {
  const order = drillOrder(state);
  return order.find((dimension) => !isDrilledInto(state, dimension)) ?? order.at(-1)!;
}

/** True if groups can be drilled into; the last dimension leads no further. */
export function canDrill(state: ActivityState): boolean {
  const order = drillOrder(state);
  return order.filter((dimension) => !isDrilledInto(state, dimension)).length > 1;
}

function isDrilledInto({ path }: ActivityState, dimension: Dimension): boolean {
  return path.some((step) => "dimension" in step && step.dimension === dimension);
}

/** The bucket that a drill-down went into. */
export function drilledBucket({ path }: ActivityState): string | undefined {
  return path.flatMap((step) => ("bucket" in step ? [step.bucket] : []))[0];
}

/** True if the previous period is read, too: not inside a bucket, nor beyond the analytics' history. */
export function isComparing(state: ActivityState): boolean {
  return state.compare && canCompare(state.range) && drilledBucket(state) === undefined;
}

/** One step further; into another bucket, in place of the one that it was in. */
export function drill(state: ActivityState, step: DrillStep): ActivityState {
  const before = "bucket" in step ? state.path.filter((one) => !("bucket" in one)) : state.path;
  return { ...state, path: [...before, step], sort: initialState.sort };
}

/** Back to after so many steps. */
export function backTo(state: ActivityState, steps: number): ActivityState {
  return { ...state, path: state.path.slice(0, steps), sort: initialState.sort };
}

/** Another choice above the chart. One that the steps depend on takes them back. */
export function choose(state: ActivityState, change: Partial<ActivityState>): ActivityState {
  const restarts = change.range !== undefined || change.groupBy !== undefined || change.scopes !== undefined;
  return { ...state, ...change, ...(restarts && { path: [] }) };
}

/** True if another state shows other groups or another drill-down. */
export function changesGroups(state: ActivityState, next: ActivityState): boolean {
  return next.groupBy !== state.groupBy || next.path !== state.path;
}

/** Groups, or days and hours, newest first, as the table's rows. */
export function chooseRows(state: ActivityState, rows: ActivityState["rows"]): ActivityState {
  return { ...state, rows, sort: rows === "buckets" ? { column: "name", descending: true } : initialState.sort };
}

/** True if a state shows keys or is inside one. */
export function needsKeys(state: ActivityState): boolean {
  return currentDimension(state) === "key" || isDrilledInto(state, "key");
}

/** The request for the figures of a state. */
export function requestFor(state: ActivityState): SpendRequest {
  const bucket = drilledBucket(state);
  const steps = state.path.flatMap((step) => ("dimension" in step ? [step.dimension] : []));
  const scoped = state.scopes.map(({ dimension }) => dimension);
  const needed = new Set<Dimension>([currentDimension(state), ...steps, ...scoped]);
  const keys = state.scopes.find(({ dimension }) => dimension === "key")?.ids;
  if (keys) needed.delete("key");
  const long = state.range === "90d" || state.range === "365d";
  // Where it costs no further request, the next step is read along with this one.
  if (!long && !needed.has("key")) for (const dimension of ["model", "provider"] as const) needed.add(dimension);
  const byKey = needed.has("key");
  return {
    range: state.range,
    dimensions: [...needed].sort(),
    ...(isComparing(state) && { compare: true }),
    ...(keys && { keys }),
    ...(bucket !== undefined && state.range !== "today" && (long || byKey) && { day: bucket }),
  };
}

/** True if a table read for one request answers another one, too. */
export function covers(read: SpendRequest, asked: SpendRequest): boolean {
  return (
    read.range === asked.range &&
    (read.compare ?? false) === (asked.compare ?? false) &&
    read.day === asked.day &&
    JSON.stringify(read.keys) === JSON.stringify(asked.keys) &&
    asked.dimensions.every((dimension) => read.dimensions.includes(dimension))
  );
}

/** The part of a table that a chart shows. */
export interface View {
  query: SpendQuery;
  dimension: Dimension;
  current: Aggregate;
  /** The period before, bucket by bucket, where it is compared with. */
  previous: Aggregate | undefined;
  comparison: Comparison | undefined;
  /** A bucket that was gone into: groups beside each other instead of in time. */
  bucket: string | undefined;
}

export function viewOf(table: SpendTable, state: ActivityState): View {
  const dimension = currentDimension(state);
  const query = { groupBy: dimension, metric: state.metric, filter: filterOf(state) };
  const bucket = drilledBucket(state);
  // The table may be of a day where hours were asked for, of one day alone, or, days later, not have the bucket any
  // more: nothing is known of it then.
  const index = table.buckets.findIndex((each) => bucket?.startsWith(each));
  const compared = isComparing(state) && table.buckets.length > 1;
  const half = compared ? table.buckets.length / 2 : 0;
  const shown =
    bucket === undefined ? { from: half, to: table.buckets.length } : { from: Math.max(0, index), to: index + 1 };
  return {
    query: { ...query, ...shown },
    dimension,
    current: aggregate(table, { ...query, ...shown }),
    previous: compared ? aggregate(table, { ...query, from: 0, to: half }) : undefined,
    comparison: compared ? compare(table, query) : undefined,
    bucket,
  };
}

function filterOf({ scopes, path }: ActivityState): Filter {
  const filter: { [D in Dimension]?: (string | null)[] } = {};
  for (const { dimension, ids } of scopes) filter[dimension] = ids;
  for (const step of path) if ("dimension" in step) filter[step.dimension] = [step.id];
  return filter;
}
