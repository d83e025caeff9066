import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { getAnalyticsMeta, MAX_ANALYTICS_ROWS } from "../endpoints/usage.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { AnalyticsMeta, Key } from "../schemas.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { type AnalyticsFilters, analyticsMetrics, readAnalyticsRows } from "./analyticsRows.ts";
import { canonicalNames } from "./names.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart, dayAfter } from "./span.ts";
import { type Dimension, measures, type SpendNote, type SpendRow } from "./table.ts";

/** The rate limit is 64 requests per minute; the rest is left to other views and agents. */
const MAX_KEYS = 45;
/** The longest time range, in days, of a query by provider. */
export const MAX_PROVIDER_DAYS = 31;

interface Query {
  dimensions: readonly Dimension[];
  filters: AnalyticsFilters;
  options?: RequestOptions;
}

export interface AnalyticsOptions {
  unit: "day" | "hour";
  /** The first and the last bucket. */
  from: string;
  to: string;
  now: Date;
  /** Splits the rows by provider, too; beyond 31 days this takes one request per 31 days. */
  splitByProvider: boolean;
  /** How many analytics sources are read at the same time and share the rate limit. Default: 1. */
  concurrentSources?: number;
  /** The response of `GET /analytics/meta`, if already requested. */
  meta?: Promise<AnalyticsMeta>;
  /** Model ids by permaslug. Default: read from the catalog. */
  modelIds?: ReadonlyMap<string, string>;
}

/**
 * Reads days or hours, including today, from `POST /analytics/query`, split by model and optionally provider.
 * @throws OpenRouterError if the account has no analytics
 */
export async function analyticsSource(
  client: Client,
  range: AnalyticsOptions,
  options?: RequestOptions,
): Promise<SpendSourceReader> {
  const {
    unit,
    from,
    to,
    splitByProvider,
    concurrentSources = 1,
    meta = getAnalyticsMeta(client, options),
    modelIds,
  } = range;
  const offered = new Set((await meta).metrics.map(({ name }) => name));
  const supported = measures.filter((measure) => offered.has(analyticsMetrics[measure]));
  if (!supported.includes("cost"))
    throw new OpenRouterError("GET /analytics/meta doesn't list total_usage.", "Use another source.");
  const dimensions: Dimension[] = splitByProvider ? ["model", "provider"] : ["model"];

  /** Sends a query. A truncated response is requested again in halves, down to a single bucket. */
  async function send(query: Query, start: Date, end: Date, notes: SpendNote[]): Promise<SpendRow[]> {
    const { dimensions, filters } = query;
    const { rows, truncated, warnings } = await readAnalyticsRows(
      client,
      { measures: supported, dimensions, filters, unit, start, end },
      query.options,
    );
    const middle = midpoint(start, end, unit);
    if (truncated && middle)
      return (await Promise.all([send(query, start, middle, notes), send(query, middle, end, notes)])).flat();
    if (truncated) notes.push({ kind: "truncated" });
    else for (const text of warnings) notes.push({ kind: "warning", text });
    if (!modelIds) return rows;
    return rows.map((row) => (row.model === undefined ? row : { ...row, model: modelIds.get(row.model) ?? row.model }));
  }

  async function read(query: Query, spans: [start: Date, end: Date][]) {
    const notes: SpendNote[] = [];
    const parts = await pMap(spans, ([start, end]) => send(query, start, end, notes), { concurrency: CONCURRENCY });
    const rows = parts.flat();
    if (modelIds) return { rows, notes };
    const named = await canonicalNames(client, rows, query.options);
    return { rows: named.rows, notes: [...notes, ...named.notes] };
  }

  return {
    source: "analytics",
    from,
    to,
    maxKeys: Math.floor(MAX_KEYS / (concurrentSources * Math.max(1, timeWindows(range).length))),
    dimensions,
    hasMeasure: (measure) => supported.includes(measure),
    read({ key, workspace }, options) {
      const filters: AnalyticsFilters = [
        ...(key === undefined ? [] : [{ field: "api_key_id", operator: "eq", value: key }]),
        ...(workspace === undefined ? [] : [{ field: "workspace", operator: "eq", value: workspace }]),
      ];
      return read({ dimensions, filters, options }, timeWindows(range));
    },
    readByKeyName(keys, options) {
      const filters: AnalyticsFilters = [{ field: "api_key_id", operator: "in", value: keys.map(({ hash }) => hash) }];
      const spans = timeWindows({ ...range, splitByProvider: false });
      return read(
        { dimensions: ["key", "model"], filters, options },
        spans.flatMap(([start, end]) => splitByRowCount(start, end, unit, keys)),
      );
    },
  };
}

/** Returns the time ranges to query, up to now: one, or several when splitting by provider. Skips empty ones (at midnight). */
export function timeWindows({ unit, from, to, now, splitByProvider }: AnalyticsOptions): [start: Date, end: Date][] {
  const end = new Date(Math.min(bucketEnd(to).getTime(), now.getTime()));
  const ranges: [Date, Date][] = [];
  if (unit === "hour" || !splitByProvider) ranges.push([bucketStart(from), end]);
  else
    for (let day = from; day <= to; day = dayAfter(day, MAX_PROVIDER_DAYS)) {
      const next = bucketStart(dayAfter(day, MAX_PROVIDER_DAYS));
      ranges.push([bucketStart(day), next < end ? next : end]);
    }
  return ranges.filter(([start, stop]) => start < stop);
}

/** Estimated models per key and day; predicts which responses would be truncated. */
const MODELS_PER_KEY = 2;
const MAX_PARTS = 4;

/** Divides a time range so that the rows of each part probably fit into one response. */
function splitByRowCount(
  start: Date,
  end: Date,
  unit: "day" | "hour",
  keys: readonly Key[],
): [start: Date, end: Date][] {
  if (unit === "hour") return [[start, end]];
  const days = Math.ceil((end.getTime() - start.getTime()) / DAY_MS);
  const spending = keys.filter(({ usage, byok_usage = 0 }) => usage > 0 || byok_usage > 0).length;
  const count = Math.min(MAX_PARTS, days, Math.ceil((spending * MODELS_PER_KEY * days) / MAX_ANALYTICS_ROWS)) || 1;
  const bounds = Array.from({ length: count }, (_, i) => start.getTime() + Math.round((i * days) / count) * DAY_MS);
  return bounds.map((from, i) => [new Date(from), i + 1 < count ? new Date(bounds[i + 1]!) : end]);
}

/** Returns the bucket boundary closest to the middle of a time range; undefined for a single bucket. */
export function midpoint(start: Date, end: Date, unit: "day" | "hour"): Date | undefined {
  const ms = unit === "day" ? DAY_MS : HOUR_MS;
  const count = Math.ceil((end.getTime() - start.getTime()) / ms);
  return count > 1 ? new Date(start.getTime() + Math.floor(count / 2) * ms) : undefined;
}
