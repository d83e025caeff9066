import { toUsd } from "../counters.ts";
import { badRequest } from "../errors.ts";
import { type GenerationRow, splitIntoGenerations } from "../generations.ts";
import type { LedgerRow, SampleState } from "../state.ts";
import { DAY_MS, type Granularity, periodStart } from "../time.ts";

type Scalar = string | number;

const DEFAULT_RANGE_MS = 7 * DAY_MS;
/** Three hours. */
const MAX_MINUTE_RANGE_MS = DAY_MS / 8;
/** More generations than this would take too long to group. */
const MAX_GENERATIONS = 250_000;

export interface Query {
  metrics: string[];
  dimensions?: string[];
  granularity?: Granularity;
  filters?: { field: string; operator: string; value: Scalar | Scalar[]; include_unset?: boolean }[];
  time_range?: { start: number; end: number };
  order_by?: { field: string; direction: "asc" | "desc" };
  limit?: number;
  group_limit?: number;
  classifier_dimensions?: unknown;
  classifier_filters?: unknown;
}

interface Metric {
  value(row: LedgerRow): number;
  /** True for costs, which are numbers in USD; counts are strings. */
  isCurrency?: boolean;
}

export const METRICS: Record<string, Metric> = {
  request_count: { value: (row) => row.requests },
  tokens_total: { value: (row) => row.promptTokens + row.completionTokens },
  tokens_prompt: { value: (row) => row.promptTokens },
  tokens_completion: { value: (row) => row.completionTokens },
  reasoning_tokens: { value: (row) => row.reasoningTokens },
  cached_tokens: { value: (row) => row.cachedTokens },
  total_usage: { value: (row) => row.usage + row.byok, isCurrency: true },
  byok_usage: { value: (row) => row.byok, isCurrency: true },
  // Includes the fee on BYOK.
  credits_usage: { value: (row) => row.usage, isCurrency: true },
};

interface Dimension {
  /** The value to group and filter by. */
  value(row: LedgerRow): string | null;
  /** The label in the response; rows with the same label stay separate. */
  label?(state: SampleState, value: string): string | undefined;
  /** True if a filter's value exists; other values match nothing and cause a warning. */
  isKnown?(state: SampleState, value: string): boolean;
  /** True if rows may lack a value. */
  canBeUnset?: boolean;
  /** The longest time range; default 365. */
  maxDays?: number;
}

const findKey = (state: SampleState, hash: string) => state.keys.get(hash) ?? state.deletedKeys.get(hash);

export const DIMENSIONS: Record<string, Dimension> = {
  model: { value: (row) => row.permaslug },
  provider: { value: (row) => row.provider, maxDays: 31 },
  api_key_id: {
    value: (row) => row.key,
    label: (state, hash) => findKey(state, hash)?.name,
    isKnown: (state, hash) => findKey(state, hash) !== undefined,
  },
  user: {
    value: (row) => row.userId,
    canBeUnset: true,
    label(state, id) {
      const member = state.members.find((one) => one.id === id);
      return [member?.first_name, member?.last_name].filter(Boolean).join(" ") || member?.email;
    },
  },
  workspace: {
    value: (row) => row.workspaceId,
    label: (state, id) => state.workspaces.find((one) => one.id === id)?.name,
  },
  generation_id: { value: (row) => (row as GenerationRow).generation, maxDays: 31 },
};

/** Runs an analytics query over the ledger. */
export function runQuery(state: SampleState, query: Query, now: number) {
  const started = performance.now();
  if (query.classifier_dimensions || query.classifier_filters) throw badRequest("This account has no classifiers");
  const dimensions = query.dimensions ?? [];
  const { start, end } = query.time_range ?? { start: now - DEFAULT_RANGE_MS, end: now };
  if (end <= start) throw badRequest("Invalid time_range: end must be after start");
  const days = Math.min(365, ...dimensions.map((name) => DIMENSIONS[name]!.maxDays ?? 365));
  if (end - start > days * DAY_MS) throw badRequest(`Invalid time_range: at most ${days} days for this query`);
  if (query.granularity === "minute" && end - start > MAX_MINUTE_RANGE_MS) {
    throw badRequest("Invalid granularity: minute is for a time_range of at most 3 hours");
  }
  const metrics = metricsToSum(query);
  const ledgerRows = selectRows(state, query, start, end);

  const bucket = query.granularity && `date__${query.granularity}`;
  const groups = new Map<string, Group>();
  const createGroup = (names: (string | null)[], at: number): Group => {
    const labels = dimensions.map((name, i) => {
      const value = names[i] ?? null;
      return [name, value === null ? null : (DIMENSIONS[name]!.label?.(state, value) ?? value)] as const;
    });
    const row = { ...(bucket ? { [bucket]: new Date(at).toISOString() } : {}), ...Object.fromEntries(labels) };
    return { row, sums: metrics.map(() => 0), names };
  };
  for (const row of ledgerRows) {
    const names = dimensions.map((name) => DIMENSIONS[name]!.value(row));
    const at = query.granularity ? periodStart(row.at, query.granularity) : 0;
    const id = JSON.stringify([at, names]);
    const group = groups.get(id) ?? createGroup(names, at);
    groups.set(id, group);
    for (const [i, metric] of metrics.entries()) group.sums[i]! += METRICS[metric]!.value(row);
  }
  // Without dimensions and granularity, the response has one row even if there is no data.
  if (!bucket && dimensions.length === 0 && groups.size === 0) groups.set("", createGroup([], 0));

  const rows = [...groups.values()];
  sort(rows, query, metrics, bucket);
  const grouped = query.group_limit && dimensions.length ? limitPerGroup(rows, query.group_limit) : rows;
  const limit = query.limit ?? 1000;
  const data = grouped.slice(0, limit).map(({ row, sums }) => ({
    ...row,
    ...Object.fromEntries(
      query.metrics.map((name, i) => [name, METRICS[name]!.isCurrency ? toUsd(sums[i]!) : String(sums[i])]),
    ),
  }));
  const truncated = data.length < rows.length;
  return {
    data,
    metadata: { query_time_ms: Math.round(performance.now() - started), row_count: data.length, truncated },
    warnings: [
      ...unresolvedWarnings(state, query),
      ...(truncated ? [`The result was truncated to ${data.length} of ${rows.length} rows.`] : []),
    ],
  };
}

/** Returns the rows in a time range that match the filters; single requests if the query is about generations. */
function selectRows(
  state: SampleState,
  { dimensions = [], filters = [] }: Query,
  start: number,
  end: number,
): LedgerRow[] {
  const isOfGenerations = ({ field }: Filter) => field === "generation_id";
  const ofRows = filters.filter((filter) => !isOfGenerations(filter)).map(createFilter);
  const ofGenerations = filters.filter(isOfGenerations).map(createFilter);
  const rows = state.ledger.filter((row) => row.at >= start && row.at < end && ofRows.every((keep) => keep(row)));
  if (!dimensions.includes("generation_id") && ofGenerations.length === 0) return rows;
  if (rows.reduce((sum, { requests }) => sum + requests, 0) > MAX_GENERATIONS)
    throw badRequest("Invalid query: too many generations; use a shorter time_range or filters");
  return rows.flatMap(splitIntoGenerations).filter((row) => ofGenerations.every((keep) => keep(row)));
}

type Group = { row: Record<string, unknown>; sums: number[]; names: (string | null)[] };

/** Returns the query's metrics, and `request_count` if only the order needs it. */
const metricsToSum = ({ metrics, order_by }: Query): string[] =>
  order_by?.field === "request_count" && !metrics.includes("request_count") ? [...metrics, "request_count"] : metrics;

/** Sorts by `order_by`; by default latest first, then by the first metric in descending order. */
function sort(rows: Group[], query: Query, metrics: string[], bucket: string | undefined): void {
  const value = (group: Group, field: string) => {
    const metric = metrics.indexOf(field);
    return metric >= 0 ? group.sums[metric]! : String(group.row[field] ?? "");
  };
  const compare = (field: string) => (a: Group, b: Group) => {
    const [x, y] = [value(a, field), value(b, field)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const { field, direction } = query.order_by ?? { field: bucket ? "date" : metrics[0]!, direction: "desc" };
  const known = [...metrics, ...(query.dimensions ?? []), ...(bucket ? ["date", bucket] : [])];
  if (!known.includes(field)) throw badRequest(`Invalid order_by.field: ${field} is not in this query`);
  rows.sort((a, b) => compare(metrics[0]!)(b, a));
  const by = compare(field === "date" ? bucket! : field);
  rows.sort(direction === "asc" ? by : (a, b) => by(b, a));
}

function limitPerGroup(rows: Group[], limit: number): Group[] {
  const seen = new Map<string, number>();
  return rows.filter(({ names }) => {
    const id = JSON.stringify(names);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    return seen.get(id)! <= limit;
  });
}

type Filter = NonNullable<Query["filters"]>[number];

function createFilter({ field, operator, value, include_unset }: Filter): (row: LedgerRow) => boolean {
  const dimension = Object.hasOwn(DIMENSIONS, field) ? DIMENSIONS[field]! : undefined;
  if (!dimension) throw badRequest(`Invalid filters: ${field} is not a dimension`);
  const takesArray = operator === "in" || operator === "not_in";
  if (takesArray !== Array.isArray(value)) {
    throw badRequest(`Invalid filters: ${operator} takes ${takesArray ? "an array" : "a single value"}`);
  }
  if (include_unset && !(takesArray && dimension.canBeUnset)) {
    throw badRequest(`Invalid filters: ${field} has no unset bucket for ${operator}`);
  }
  const set = new Set([value].flat().map(String));
  const given = String(value);
  return (row) => {
    const own = dimension.value(row) ?? "";
    if (own === "" && include_unset) return true;
    if (operator === "eq" || operator === "in") return set.has(own);
    if (operator === "neq" || operator === "not_in") return !set.has(own);
    if (operator === "gt") return own > given;
    if (operator === "gte") return own >= given;
    return operator === "lt" ? own < given : own <= given;
  };
}

/** Returns a warning for each filter value that doesn't exist. */
function unresolvedWarnings(state: SampleState, { filters = [] }: Query): string[] {
  return filters.flatMap(({ field, value }) =>
    [value]
      .flat()
      .map(String)
      .filter((one) => DIMENSIONS[field]?.isKnown?.(state, one) === false)
      .map((one) => `Filter ${field}: ${one} could not be resolved.`),
  );
}
