import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { getAnalyticsMeta } from "../endpoints/usage.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { AnalyticsMeta, Key } from "../schemas.ts";
import { DAY_MS, HOUR_MS } from "../time.ts";
import { type AnalyticsFilters, analyticsMetrics, MAX_ANALYTICS_ROWS, readAnalyticsRows } from "./analyticsRows.ts";
import { canonicalNames } from "./names.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart, dayAfter } from "./span.ts";
import { type Dimension, measures, type SpendNote, type SpendRow } from "./table.ts";

/** 64 requests a minute are admitted; the rest is left to the other views and to agents. */
const MAX_KEYS = 45;
/** The longest range, in days, that is split by provider. */
export const MAX_PROVIDER_DAYS = 31;

interface Query {
  dimensions: readonly Dimension[];
  filters: AnalyticsFilters;
  options?: RequestOptions;
}

export interface AnalyticsOptions {
  unit: "day" | "hour";
  /** The first bucket, and the last. */
  from: string;
  to: string;
  now: Date;
  /** True if the rows are split by provider, too: over more than 31 days this takes one request per month. */
  splitByProvider: boolean;
  /** How many such sources are asked at once and share the rate limit; 1 unless given. */
  concurrentSources?: number;
  /** `GET /analytics/meta`, where it is asked for already. */
  meta?: Promise<AnalyticsMeta>;
  /** Ids by the analytics' own names of models, where they are known; the catalog is read otherwise. */
  modelIds?: ReadonlyMap<string, string>;
}

/**
 * Days or hours, today among them, from `POST /analytics/query`, split by model and, where asked, provider.
 * @throws OpenRouterError where the account has no analytics
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
  const known = measures.filter((measure) => offered.has(analyticsMetrics[measure]));
  if (!known.includes("cost"))
    throw new OpenRouterError("GET /analytics/meta names no total_usage.", "Use another source.");
  const dimensions: Dimension[] = splitByProvider ? ["model", "provider"] : ["model"];

  /** Answers that were cut are asked for again in halves, down to a single bucket. */
  async function ask(query: Query, start: Date, end: Date, notes: SpendNote[]): Promise<SpendRow[]> {
    const { dimensions, filters } = query;
    const { rows, truncated, warnings } = await readAnalyticsRows(
      client,
      { measures: known, dimensions, filters, unit, start, end },
      query.options,
    );
    const middle = midpoint(start, end, unit);
    if (truncated && middle)
      return (await Promise.all([ask(query, start, middle, notes), ask(query, middle, end, notes)])).flat();
    if (truncated) notes.push({ kind: "truncated" });
    else for (const text of warnings) notes.push({ kind: "warning", text });
    if (!modelIds) return rows;
    return rows.map((row) => (row.model === undefined ? row : { ...row, model: modelIds.get(row.model) ?? row.model }));
  }

  async function read(query: Query, spans: [start: Date, end: Date][]) {
    const notes: SpendNote[] = [];
    const parts = await pMap(spans, ([start, end]) => ask(query, start, end, notes), { concurrency: CONCURRENCY });
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
    hasMeasure: (measure) => known.includes(measure),
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

/** The whole range up to now, or as many windows as providers take; none of them is empty, as it is at midnight. */
export function timeWindows({ unit, from, to, now, splitByProvider }: AnalyticsOptions): [start: Date, end: Date][] {
  const end = new Date(Math.min(bucketEnd(to).getTime(), now.getTime()));
  const found: [Date, Date][] = [];
  if (unit === "hour" || !splitByProvider) found.push([bucketStart(from), end]);
  else
    for (let day = from; day <= to; day = dayAfter(day, MAX_PROVIDER_DAYS)) {
      const next = bucketStart(dayAfter(day, MAX_PROVIDER_DAYS));
      found.push([bucketStart(day), next < end ? next : end]);
    }
  return found.filter(([start, stop]) => start < stop);
}

/** So many models a key uses on a day, as a guess: answers that would be cut are asked for in parts from the start. */
const MODELS_PER_KEY = 2;
const MAX_PIECES = 4;

/** Divides a range so that the rows of each part probably fit into one answer. */
function splitByRowCount(
  start: Date,
  end: Date,
  unit: "day" | "hour",
  keys: readonly Key[],
): [start: Date, end: Date][] {
  if (unit === "hour") return [[start, end]];
  const days = Math.ceil((end.getTime() - start.getTime()) / DAY_MS);
  const spending = keys.filter(({ usage, byok_usage = 0 }) => usage > 0 || byok_usage > 0).length;
  const count = Math.min(MAX_PIECES, days, Math.ceil((spending * MODELS_PER_KEY * days) / MAX_ANALYTICS_ROWS)) || 1;
  const bounds = Array.from({ length: count }, (_, i) => start.getTime() + Math.round((i * days) / count) * DAY_MS);
  return bounds.map((from, i) => [new Date(from), i + 1 < count ? new Date(bounds[i + 1]!) : end]);
}

/** Where buckets of a range divide it in two; undefined for a single one. */
export function midpoint(start: Date, end: Date, unit: "day" | "hour"): Date | undefined {
  const ms = unit === "day" ? DAY_MS : HOUR_MS;
  const count = Math.ceil((end.getTime() - start.getTime()) / ms);
  return count > 1 ? new Date(start.getTime() + Math.floor(count / 2) * ms) : undefined;
}
