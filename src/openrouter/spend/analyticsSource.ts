import { bucketOf, figure } from "../analytics.ts";
import type { Client, RequestOptions } from "../client.ts";
import { getAnalyticsMeta, queryAnalytics } from "../endpoints/usage.ts";
import { OpenRouterError } from "../errors.ts";
import type { AnalyticsQuery } from "../schemas.ts";
import { canonicalNames } from "./names.ts";
import type { SpendSourceReader } from "./source.ts";
import { bucketEnd, bucketStart, dayAfter } from "./span.ts";
import { type Dimension, type Measure, measures, type SpendNote, type SpendRow } from "./table.ts";

/** 64 requests a minute are admitted; the rest is left to the other views and to agents. */
const MOST_KEYS = 45;
/** The most rows that an answer holds. */
const LIMIT = 10_000;
/** Providers are told apart in ranges of at most so many days. */
export const PROVIDER_DAYS = 31;

const METRICS: Record<Measure, string> = {
  cost: "total_usage",
  byok_cost: "byok_usage",
  requests: "request_count",
  prompt_tokens: "tokens_prompt",
  completion_tokens: "tokens_completion",
  reasoning_tokens: "reasoning_tokens",
};

const DIMENSIONS: Record<Dimension, string> = {
  model: "model",
  provider: "provider",
  key: "api_key_id",
  workspace: "workspace",
};

type Filters = NonNullable<AnalyticsQuery["filters"]>;

interface Query {
  dimensions: readonly Dimension[];
  filters: Filters;
  options?: RequestOptions;
}

export interface AnalyticsOptions {
  unit: "day" | "hour";
  /** The first bucket, and the last. */
  from: string;
  to: string;
  now: Date;
  /** Whether providers are told apart, too: over more than 31 days this takes a request a month. */
  providers: boolean;
  /** So many such sources are asked at once, and share what is admitted; 1 unless given. */
  sharing?: number;
}

/**
 * Days or hours, today among them, from `POST /analytics/query`, told apart by model and, where asked, provider.
 * @throws OpenRouterError where the account has no analytics
 */
export async function analyticsSource(
  client: Client,
  range: AnalyticsOptions,
  options?: RequestOptions,
): Promise<SpendSourceReader> {
  const { unit, from, to, providers, sharing = 1 } = range;
  const offered = new Set((await getAnalyticsMeta(client, options)).metrics.map(({ name }) => name));
  const known = measures.filter((measure) => offered.has(METRICS[measure]));
  if (!known.includes("cost"))
    throw new OpenRouterError("GET /analytics/meta names no total_usage.", "Use another source.");
  const tellsApart: Dimension[] = providers ? ["model", "provider"] : ["model"];

  /** Answers that were cut are asked for again in halves, down to a single bucket. */
  async function ask(query: Query, start: Date, end: Date, notes: SpendNote[]): Promise<SpendRow[]> {
    const body = {
      metrics: known.map((measure) => METRICS[measure]),
      dimensions: query.dimensions.map((dimension) => DIMENSIONS[dimension]),
      granularity: unit,
      ...(query.filters.length > 0 && { filters: query.filters }),
      time_range: { start: start.toISOString(), end: end.toISOString() },
      limit: LIMIT,
    };
    const { data, metadata, warnings } = await queryAnalytics(client, body, query.options);
    const middle = halfway(start, end, unit);
    if (metadata.truncated && middle)
      return [...(await ask(query, start, middle, notes)), ...(await ask(query, middle, end, notes))];
    if (metadata.truncated) notes.push({ kind: "truncated" });
    else for (const text of warnings ?? []) notes.push({ kind: "warning", text });
    return data.map((row) => toRow(row, query.dimensions));
  }

  function toRow(row: Record<string, unknown>, told: readonly Dimension[]): SpendRow {
    const found: SpendRow = { bucket: bucketOf(row[`date__${unit}`], unit) };
    for (const dimension of told) {
      const value = row[DIMENSIONS[dimension]];
      if (value) found[dimension] = String(value);
    }
    for (const measure of known) found[measure] = figure(row[METRICS[measure]]);
    return found;
  }

  async function read(query: Query, spans: [start: Date, end: Date][]) {
    const notes: SpendNote[] = [];
    const rows: SpendRow[] = [];
    for (const [start, end] of spans) rows.push(...(await ask(query, start, end, notes)));
    const named = await canonicalNames(client, rows, query.options);
    return { rows: named.rows, notes: [...notes, ...named.notes] };
  }

  return {
    source: "analytics",
    from,
    to,
    mostKeys: Math.floor(MOST_KEYS / (sharing * Math.max(1, windows(range).length))),
    tellsApart,
    knows: (measure) => known.includes(measure),
    read({ key, workspace }, options) {
      const filters: Filters = [
        ...(key === undefined ? [] : [{ field: "api_key_id", operator: "eq", value: key }]),
        ...(workspace === undefined ? [] : [{ field: "workspace", operator: "eq", value: workspace }]),
      ];
      return read({ dimensions: tellsApart, filters, options }, windows(range));
    },
    readNamed(keys, options) {
      const filters: Filters = [{ field: "api_key_id", operator: "in", value: keys.map(({ hash }) => hash) }];
      return read({ dimensions: ["key", "model"], filters, options }, windows({ ...range, providers: false }));
    },
  };
}

/** The whole range up to now, or as many windows as providers take; none of them is empty, as it is at midnight. */
export function windows({ unit, from, to, now, providers }: AnalyticsOptions): [start: Date, end: Date][] {
  const end = new Date(Math.min(bucketEnd(to).getTime(), now.getTime()));
  const found: [Date, Date][] = [];
  if (unit === "hour" || !providers) found.push([bucketStart(from), end]);
  else
    for (let day = from; day <= to; day = dayAfter(day, PROVIDER_DAYS)) {
      const next = bucketStart(dayAfter(day, PROVIDER_DAYS));
      found.push([bucketStart(day), next < end ? next : end]);
    }
  return found.filter(([start, stop]) => start < stop);
}

/** Where buckets of a range divide it in two; undefined for a single one. */
export function halfway(start: Date, end: Date, unit: "day" | "hour"): Date | undefined {
  const ms = unit === "day" ? 86_400_000 : 3_600_000;
  const count = Math.ceil((end.getTime() - start.getTime()) / ms);
  return count > 1 ? new Date(start.getTime() + Math.floor(count / 2) * ms) : undefined;
}
