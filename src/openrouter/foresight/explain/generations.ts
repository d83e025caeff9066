import { getAnalyticsMeta, queryAnalytics } from "../../endpoints/usage.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import type { Filter } from "../../spend/aggregate.ts";
import { analyticsMeasures, analyticsMetrics, offeredMeasures, parseFigure } from "../../spend/analyticsRows.ts";
import { modelAliases } from "../../spend/names.ts";
import { bucketEnd, bucketStart } from "../../spend/span.ts";
import { DAY_MS } from "../../time.ts";
import type { Period, UsageCell } from "./model.ts";
import { sliceFilters } from "./sliceFilters.ts";

/** Analytics know single requests for this many days. */
const MAX_DAYS = 31;
export const MAX_GENERATIONS = 20;

export interface GenerationsRequest {
  /** The period that a cause is from. */
  period: Pick<Period, "from" | "to">;
  /** A model's id and a key's hash; undefined for all. */
  model: string | undefined;
  key: string | undefined;
  /** The providers and workspaces to which the explanation is limited. */
  filter?: Filter;
}

/** A request, with its cost (USD) and tokens; `GET /generation` has the rest. */
export type GenerationUsage = Omit<UsageCell, "model" | "key" | "requests" | "surcharges"> & { id: string };

export interface Generations {
  /** The most expensive first, at most 20. */
  generations: GenerationUsage[];
  /** ISO times; `from` is later than the period's begin if that is over 31 days ago. */
  from: string;
  to: string;
}

/** Why there are none. */
export type NoGenerations = { unavailable: "notOffered" | "tooOld" };

/**
 * Reads the most expensive requests of a model and key in a period. `POST /analytics/query` by `generation_id`.
 * @throws OpenRouterError if the account has no analytics
 */
export async function readGenerations(
  client: Client,
  { period, model, key, filter = {} }: GenerationsRequest,
  { now = client.now(), ...options }: RequestOptions & { now?: Date } = {},
): Promise<Generations | NoGenerations> {
  const meta = await getAnalyticsMeta(client, options);
  if (!meta.dimensions.some(({ name }) => name === "generation_id")) return { unavailable: "notOffered" };
  const end = Math.min(bucketEnd(period.to).getTime(), now.getTime());
  const start = Math.max(bucketStart(period.from).getTime(), now.getTime() - MAX_DAYS * DAY_MS);
  if (start >= end) return { unavailable: "tooOld" };
  const measures = offeredMeasures(meta, analyticsMeasures);
  const range = { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
  const [models, slice] = await Promise.all([
    model === undefined ? undefined : modelAliases(client, model, options.signal),
    sliceFilters(client, filter, options),
  ]);
  const body = {
    metrics: measures.map((measure) => analyticsMetrics[measure]),
    dimensions: ["generation_id"],
    filters: [
      ...(models ? [{ field: "model", operator: "in", value: models }] : []),
      ...(key === undefined ? [] : [{ field: "api_key_id", operator: "eq", value: key }]),
      ...slice,
    ],
    time_range: range,
    order_by: { field: analyticsMetrics.cost, direction: "desc" as const },
    limit: MAX_GENERATIONS,
  };
  const { data } = await queryAnalytics(client, body, options);
  const generations = data.map((row): GenerationUsage => {
    const figure = (measure: (typeof analyticsMeasures)[number]) =>
      measures.includes(measure) ? parseFigure(row[analyticsMetrics[measure]]) : undefined;
    return {
      id: String(row.generation_id),
      cost: figure("cost")!,
      prompt_tokens: figure("prompt_tokens"),
      completion_tokens: figure("completion_tokens"),
      reasoning_tokens: figure("reasoning_tokens"),
      cached_tokens: figure("cached_tokens"),
    };
  });
  return { generations, from: range.start, to: range.end };
}
