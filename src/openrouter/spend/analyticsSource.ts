import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { getAnalyticsMeta, MAX_ANALYTICS_ROWS } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { AnalyticsMeta, Key } from "../schemas.ts";
import { DAY_MS } from "../time.ts";
import { type AnalyticsFilters, type AnalyticsMeasure, offeredMeasures, readCompleteRows } from "./analyticsRows.ts";
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
  /** How many queries other sources send for each key at the same time; they share the rate limit. Default: 0. */
  otherQueries?: number;
  /** The measures that the account's analytics offer. Default: those that `GET /analytics/meta` lists. */
  supported?: readonly AnalyticsMeasure[];
  /** Conditions for all rows. */
  filters?: AnalyticsFilters;
  /** The response of `GET /analytics/meta`, if already requested. */
  meta?: Promise<AnalyticsMeta>;
  /** Replaces the names that analytics use. Default: `canonicalNames`. */
  rename?(rows: SpendRow[], options?: RequestOptions): RenamedRows | Promise<RenamedRows>;
}

export interface RenamedRows {
  rows: SpendRow[];
  notes: SpendNote[];
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
  const { unit, from, to, splitByProvider, otherQueries = 0, filters: common = [], meta, rename } = range;
  const supported = range.supported ?? offeredMeasures(await (meta ?? getAnalyticsMeta(client, options)), measures);
  const dimensions: Dimension[] = splitByProvider ? ["model", "provider"] : ["model"];

  async function read({ options, ...query }: Query, spans: [start: Date, end: Date][]): Promise<RenamedRows> {
    const send = ([start, end]: [Date, Date]) =>
      readCompleteRows(client, { measures: supported, ...query, unit, start, end }, options);
    const parts = await pMap(spans, send, { concurrency: CONCURRENCY });
    const rows = parts.flatMap((part) => part.rows);
    const named = await (rename ? rename(rows, options) : canonicalNames(client, rows, options));
    return { rows: named.rows, notes: [...parts.flatMap((part) => part.notes), ...named.notes] };
  }

  return {
    source: "analytics",
    from,
    to,
    maxKeys: Math.floor(MAX_KEYS / Math.max(1, otherQueries + timeWindows(range).length)),
    dimensions,
    hasMeasure: (measure) => supported.includes(measure),
    read({ key, workspace }, options) {
      const filters: AnalyticsFilters = [
        ...common,
        ...(key === undefined ? [] : [{ field: "api_key_id", operator: "eq", value: key }]),
        ...(workspace === undefined ? [] : [{ field: "workspace", operator: "eq", value: workspace }]),
      ];
      return read({ dimensions, filters, options }, timeWindows(range));
    },
    readByKeyName(keys, options) {
      const asked = { field: "api_key_id", operator: "in", value: keys.map(({ hash }) => hash) } as const;
      const spans = timeWindows({ ...range, splitByProvider: false });
      return read(
        { dimensions: ["key", "model"], filters: [...common, asked], options },
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

/** Estimated rows per key and day, since most keys are idle on most days; predicts which responses would be truncated. */
const ROWS_PER_KEY = 0.5;
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
  const count = Math.min(MAX_PARTS, days, Math.ceil((spending * ROWS_PER_KEY * days) / MAX_ANALYTICS_ROWS)) || 1;
  const bounds = Array.from({ length: count }, (_, i) => start.getTime() + Math.round((i * days) / count) * DAY_MS);
  return bounds.map((from, i) => [new Date(from), i + 1 < count ? new Date(bounds[i + 1]!) : end]);
}
