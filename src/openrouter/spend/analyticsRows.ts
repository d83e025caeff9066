// Reads spend from `POST /analytics/query`: maps measures and dimensions to the API's names, and responses to rows.

import { MAX_ANALYTICS_ROWS, queryAnalytics } from "../endpoints/usage.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { AnalyticsMeta, AnalyticsQuery } from "../schemas.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { type Dimension, measures, type SpendNote, type SpendRow } from "./table.ts";

/** The measures that a query can ask for: those of spend tables, and prompt tokens that were read from a cache. */
export const analyticsMeasures = [...measures, "cached_tokens"] as const;
export type AnalyticsMeasure = (typeof analyticsMeasures)[number];

/** The analytics API's name of each measure. */
export const analyticsMetrics: Readonly<Record<AnalyticsMeasure, string>> = {
  cost: "total_usage",
  byok_cost: "byok_usage",
  requests: "request_count",
  prompt_tokens: "tokens_prompt",
  completion_tokens: "tokens_completion",
  reasoning_tokens: "reasoning_tokens",
  cached_tokens: "cached_tokens",
};

/** The analytics API's name of each dimension. */
const analyticsDimensions: Readonly<Record<Dimension, string>> = {
  model: "model",
  provider: "provider",
  key: "api_key_id",
  workspace: "workspace",
};

export type AnalyticsFilters = NonNullable<AnalyticsQuery["filters"]>;

export interface AnalyticsRowsQuery {
  measures: readonly AnalyticsMeasure[];
  dimensions?: readonly Dimension[];
  filters?: AnalyticsFilters;
  unit: "day" | "hour";
  start: Date;
  end: Date;
}

export interface AnalyticsRows {
  rows: SpendRow[];
  /** True if the response left rows out; if it doesn't say, true for the maximum number of rows. */
  truncated: boolean;
  /** Texts from the API. */
  warnings: string[];
}

/**
 * Sends one query. Models and providers keep the names that analytics use.
 * @throws OpenRouterError if a row lacks its time or has a figure that is not a number
 */
export async function readAnalyticsRows(
  client: Client,
  { measures, dimensions = [], filters = [], unit, start, end }: AnalyticsRowsQuery,
  options?: RequestOptions,
): Promise<AnalyticsRows> {
  const body = {
    metrics: measures.map((measure) => analyticsMetrics[measure]),
    ...(dimensions.length > 0 && { dimensions: dimensions.map((dimension) => analyticsDimensions[dimension]) }),
    granularity: unit,
    ...(filters.length > 0 && { filters }),
    time_range: { start: start.toISOString(), end: end.toISOString() },
    limit: MAX_ANALYTICS_ROWS,
  };
  const { data, metadata, warnings } = await queryAnalytics(client, body, options);
  const rows = data.map((row) => {
    const read: SpendRow = { bucket: bucketOf(row[`date__${unit}`], unit) };
    for (const dimension of dimensions) {
      const value = row[analyticsDimensions[dimension]];
      read[dimension] = value ? String(value) : undefined;
    }
    for (const measure of measures) read[measure] = parseFigure(row[analyticsMetrics[measure]]);
    return read;
  });
  return { rows, truncated: metadata.truncated ?? data.length >= MAX_ANALYTICS_ROWS, warnings };
}

/** Sends a query. A truncated response is requested again in halves, down to a single bucket. */
export async function readCompleteRows(
  client: Client,
  query: AnalyticsRowsQuery,
  options?: RequestOptions,
): Promise<{ rows: SpendRow[]; notes: SpendNote[] }> {
  const { rows, truncated, warnings } = await readAnalyticsRows(client, query, options);
  const middle = truncated && midpoint(query.start, query.end, query.unit);
  if (middle) {
    const halves = [
      { ...query, end: middle },
      { ...query, start: middle },
    ];
    const parts = await Promise.all(halves.map((half) => readCompleteRows(client, half, options)));
    return { rows: parts.flatMap((part) => part.rows), notes: parts.flatMap((part) => part.notes) };
  }
  if (truncated) return { rows, notes: [{ kind: "truncated" }] };
  return { rows, notes: warnings.map((text) => ({ kind: "warning", text })) };
}

/** Returns the bucket boundary closest to the middle of a time range; undefined for a single bucket. */
export function midpoint(start: Date, end: Date, unit: "day" | "hour"): Date | undefined {
  const ms = unit === "day" ? DAY_MS : HOUR_MS;
  const count = Math.ceil((end.getTime() - start.getTime()) / ms);
  return count > 1 ? new Date(start.getTime() + Math.floor(count / 2) * ms) : undefined;
}

/** Returns those of the measures that the account's analytics offer. @throws OpenRouterError if the cost is not among them */
export function offeredMeasures<M extends AnalyticsMeasure>(
  { metrics }: AnalyticsMeta,
  wanted: readonly ("cost" | M)[],
) {
  const offered = new Set(metrics.map(({ name }) => name));
  const found = wanted.filter((measure) => offered.has(analyticsMetrics[measure]));
  if (found.includes("cost")) return found;
  throw new OpenRouterError("GET /analytics/meta doesn't list total_usage.", "Use another source.");
}

/** Parses a figure (counts are strings). Anything else is an error, never 0. */
export function parseFigure(value: unknown): number {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw invalidValue(value, "number");
}

/** Returns the day, YYYY-MM-DD, or hour, YYYY-MM-DDTHH. A row without its time is an error, so that another source takes over. */
function bucketOf(value: unknown, unit: "day" | "hour"): string {
  const [, day, hour = "00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d))?/.exec(String(value)) ?? [];
  if (day) return unit === "day" ? day : `${day}T${hour}`;
  throw invalidValue(value, "time");
}

function invalidValue(value: unknown, expected: string): OpenRouterError {
  return new OpenRouterError(
    `POST /analytics/query: ${JSON.stringify(value)} is not a ${expected}.`,
    "Use another source, such as the keys' daily counters.",
  );
}
