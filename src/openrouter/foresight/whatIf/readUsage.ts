// Reads what models were used for in a period: tokens, requests and cost by model, and how long the longest prompts were.
import pMap from "p-map";
import { CONCURRENCY } from "../../endpoints/collect.ts";
import { joinUnreadable } from "../../endpoints/envelopes.ts";
import { getActivity, getAnalyticsMeta, MAX_ANALYTICS_ROWS, queryAnalytics } from "../../endpoints/usage.ts";
import { OpenRouterError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import type { AnalyticsFilter, AnalyticsMeta, AnalyticsQuery } from "../../schemas.ts";
import { withAnalyticsFallback } from "../../spend/analytics.ts";
import { type AnalyticsMeasure, analyticsMeasures, analyticsMetrics, parseFigure } from "../../spend/analyticsRows.ts";
import type { SpendNote } from "../../spend/model.ts";
import { bucketEnd, bucketStart, dayAfter } from "../../spend/span.ts";
import { sum, sumKnown, utcDay } from "../../text/figures.ts";
import { DAY_MS } from "../../time.ts";
import type { ModelUsage, RequestSize } from "./model.ts";

/** Analytics list single requests of this many days at most. */
const MAX_GENERATION_DAYS = 31;
/** Enough to know what is above a price tier in most accounts. */
const MAX_GENERATIONS = 1000;
const ACTIVITY_DAYS = 30;
const MAX_ACTIVITY_REQUESTS = 100;

export interface UsageQuery {
  /** The first and the last UTC day. */
  from: string;
  to: string;
  /** Only the usage of the keys with these hashes. */
  keys?: readonly string[];
  /** Only the usage in the workspaces with these ids. */
  workspaces?: readonly string[];
}

export interface PeriodUsage {
  /** The days that were read. */
  from: string;
  to: string;
  source: "analytics" | "activity";
  models: ModelUsage[];
  notes: SpendNote[];
  /**
   * Reads what single requests and days say of some of the models: the longest prompts, and the requests of the busiest UTC day.
   * What can't be read stays unknown.
   */
  readDetails(models: readonly ModelUsage[]): Promise<{ models: ModelUsage[]; busiestDay: number | undefined }>;
}

/**
 * @param idOf returns the id of a model that analytics call by its permanent slug
 * @throws OpenRouterError if neither analytics nor activity can be read
 */
export function readUsage(
  client: Client,
  query: UsageQuery,
  idOf: (slug: string) => string,
  options: RequestOptions = {},
): Promise<PeriodUsage> {
  return withAnalyticsFallback(
    (signal) => fromAnalytics(client, query, idOf, { ...options, signal }, options),
    (cause) => fromActivity(client, query, cause, options),
    options,
  );
}

const required = ["cost", "requests", "prompt_tokens", "completion_tokens"] as const satisfies AnalyticsMeasure[];
type Figures = Record<(typeof required)[number], number> & Partial<Record<AnalyticsMeasure, number>>;

/** @param details the options of later requests, which have their own time */
async function fromAnalytics(
  client: Client,
  query: UsageQuery,
  idOf: (slug: string) => string,
  options: RequestOptions,
  details: RequestOptions,
): Promise<PeriodUsage> {
  const meta = await getAnalyticsMeta(client, options);
  const offered = new Set(meta.metrics.map(({ name }) => name));
  const missing = required.find((metric) => !offered.has(analyticsMetrics[metric]));
  if (missing)
    throw new OpenRouterError(`GET /analytics/meta doesn't list ${analyticsMetrics[missing]}.`, "Use another source.");
  const known = analyticsMeasures.filter((measure) => offered.has(analyticsMetrics[measure]));
  const end = new Date(Math.min(bucketEnd(query.to).getTime(), client.now().getTime()));
  const range = { start: bucketStart(query.from).toISOString(), end: end.toISOString() };
  const filters: AnalyticsFilter[] = [
    ...(query.keys ? [{ field: "api_key_id", operator: "in", value: [...query.keys] }] : []),
    ...(query.workspaces ? [{ field: "workspace", operator: "in", value: [...query.workspaces] }] : []),
  ];
  const { data, metadata, warnings } = await queryAnalytics(
    client,
    {
      metrics: known.map((metric) => analyticsMetrics[metric]),
      dimensions: ["model"],
      ...(filters.length > 0 && { filters }),
      time_range: range,
      limit: MAX_ANALYTICS_ROWS,
    },
    options,
  );
  const rows = data.map((row) => {
    const slug = String(row.model ?? "");
    const figures = known.map((metric) => [metric, parseFigure(row[analyticsMetrics[metric]])] as const);
    return { model: slug && idOf(slug), slug, ...(Object.fromEntries(figures) as Figures) };
  });
  const slugs = new Map(
    [...Map.groupBy(rows, ({ model }) => model)].map(([model, own]) => [model, own.map((one) => one.slug)]),
  );
  const isTruncated = metadata.truncated ?? data.length >= MAX_ANALYTICS_ROWS;
  return {
    from: query.from,
    to: query.to,
    source: "analytics",
    models: addUp(rows),
    notes: [
      ...(isTruncated ? [{ kind: "truncated" } as const] : []),
      ...warnings.map((text) => ({ kind: "warning", text }) as const),
    ],
    async readDetails(models) {
      const own = { field: "model", operator: "in", value: models.flatMap(({ model }) => slugs.get(model) ?? []) };
      const where = { filters: [...filters, own], time_range: range };
      const [longest, busiestDay] = await Promise.all([
        readLongest(client, where, meta, idOf, details),
        orUnknown(readBusiestDay(client, where, details), details),
      ]);
      return { models: models.map((one) => ({ ...one, longest: longest?.(one.model) })), busiestDay };
    },
  };
}

interface Where {
  filters: AnalyticsFilter[];
  time_range: { start: string; end: string };
}

/** Undefined if an account's analytics can't answer. */
async function orUnknown<T>(reading: Promise<T>, { signal }: RequestOptions): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OpenRouterError) return undefined;
    throw error;
  }
}

/** Reads the requests with the longest prompts, of all these models together. */
async function readLongest(
  client: Client,
  where: Where,
  { dimensions }: AnalyticsMeta,
  idOf: (slug: string) => string,
  options: RequestOptions,
): Promise<((model: string) => ModelUsage["longest"]) | undefined> {
  const { start, end } = where.time_range;
  const isTooLong = Date.parse(end) - Date.parse(start) > MAX_GENERATION_DAYS * DAY_MS;
  if (isTooLong || !dimensions.some(({ name }) => name === "generation_id")) return undefined;
  const body: AnalyticsQuery = {
    metrics: [analyticsMetrics.prompt_tokens, analyticsMetrics.completion_tokens],
    dimensions: ["generation_id", "model"],
    ...where,
    order_by: { field: analyticsMetrics.prompt_tokens, direction: "desc" },
    limit: MAX_GENERATIONS,
  };
  const result = await orUnknown(queryAnalytics(client, body, options), options);
  if (!result) return undefined;
  const sizes = result.data.map((row) => ({
    model: idOf(String(row.model)),
    prompt_tokens: parseFigure(row[analyticsMetrics.prompt_tokens]),
    completion_tokens: parseFigure(row[analyticsMetrics.completion_tokens]),
  }));
  const isPart = result.metadata.truncated ?? sizes.length >= MAX_GENERATIONS;
  const above = isPart ? (sizes.at(-1)?.prompt_tokens ?? 0) : 0;
  const byModel = Map.groupBy(sizes, ({ model }) => model);
  return (model) => ({ above, requests: (byModel.get(model) ?? []).map(toSize) });
}

const toSize = ({ prompt_tokens, completion_tokens }: RequestSize): RequestSize => ({
  prompt_tokens,
  completion_tokens,
});

async function readBusiestDay(client: Client, where: Where, options: RequestOptions): Promise<number> {
  const body = { metrics: [analyticsMetrics.requests], granularity: "day", ...where, limit: MAX_ANALYTICS_ROWS };
  const { data } = await queryAnalytics(client, body, options);
  return Math.max(0, ...data.map((row) => parseFigure(row[analyticsMetrics.requests])));
}

/** Activity has neither cached tokens nor single requests, and no current day. */
async function fromActivity(
  client: Client,
  { from, to, keys, workspaces }: UsageQuery,
  cause: string,
  options: RequestOptions,
): Promise<PeriodUsage> {
  const today = utcDay(client.now());
  const [oldest, yesterday] = [dayAfter(today, -ACTIVITY_DAYS), dayAfter(today, -1)];
  const days = { from: from > oldest ? from : oldest, to: to < yesterday ? to : yesterday };
  if (days.from > days.to)
    throw new OpenRouterError(
      `Analytics are unavailable (${cause}); without them only ${oldest} to ${yesterday} are known.`,
      "Ask for these days, or try again later.",
    );
  // One request for each key and workspace.
  const slices = (workspaces ?? [undefined]).flatMap((workspace_id) =>
    (keys ?? [undefined]).map((api_key_hash) => ({ workspace_id, api_key_hash })),
  );
  if (slices.length > MAX_ACTIVITY_REQUESTS)
    throw new OpenRouterError(`${slices.length} keys are too many to query one by one: ${cause}`, "Select fewer keys.");
  const parts = await pMap(slices, (slice) => getActivity(client, slice, options), {
    concurrency: CONCURRENCY,
    signal: options.signal,
  });
  const data = parts.flatMap((part) => part.data);
  const unreadable = joinUnreadable(parts);
  const rows = data
    .map((row) => ({
      ...row,
      bucket: row.date.slice(0, 10),
      cost: row.usage + row.byok_usage_inference,
      byok_cost: row.byok_usage_inference,
    }))
    .filter(({ bucket }) => bucket >= days.from && bucket <= days.to);
  return {
    ...days,
    source: "activity",
    models: addUp(rows),
    notes: [
      { kind: "analyticsUnavailable", cause },
      ...(unreadable ? [{ kind: "rowsUnreadable", ...unreadable } as const] : []),
    ],
    async readDetails(models) {
      const ids = new Set(models.map(({ model }) => model));
      const byDay = Map.groupBy(
        rows.filter(({ model }) => ids.has(model)),
        ({ bucket }) => bucket,
      );
      const requests = [...byDay.values()].map((day) => sum(day.map((row) => row.requests)));
      return { models: [...models], busiestDay: Math.max(0, ...requests) };
    },
  };
}

/** Adds up the rows of each model, the most costly first. A figure that one of the rows lacks is unknown. */
function addUp(rows: readonly (Figures & { model: string })[]): ModelUsage[] {
  return [...Map.groupBy(rows, ({ model }) => model)]
    .map(([model, own]): ModelUsage => {
      const total = (metric: (typeof required)[number]) => sum(own.map((row) => row[metric]));
      const known = (metric: AnalyticsMeasure) => sumKnown(own.map((row) => row[metric]));
      return {
        model,
        cost: total("cost"),
        byok_cost: known("byok_cost"),
        requests: total("requests"),
        prompt_tokens: total("prompt_tokens"),
        completion_tokens: total("completion_tokens"),
        reasoning_tokens: known("reasoning_tokens"),
        cached_tokens: known("cached_tokens"),
        longest: undefined,
      };
    })
    .toSorted((a, b) => b.cost - a.cost);
}
