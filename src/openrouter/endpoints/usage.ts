import type { Client, RequestOptions } from "../http/call.ts";
import { ActivityRow, AnalyticsMeta, type AnalyticsQuery, AnalyticsResult, Generation } from "../schemas.ts";
import { data, type Rows, rows } from "./envelopes.ts";

/** The maximum number of rows in a response of `POST /analytics/query`. */
export const MAX_ANALYTICS_ROWS = 10_000;

export interface ActivityQuery {
  /** One completed UTC day, YYYY-MM-DD. */
  date?: string;
  api_key_hash?: string;
  user_id?: string;
  workspace_id?: string;
  group_by?: "workspace";
}

/** Returns the last 30 completed UTC days, one row per day, model and endpoint, in USD and tokens. `GET /activity`. */
export function getActivity(
  client: Client,
  query: ActivityQuery = {},
  options?: RequestOptions,
): Promise<Rows<ActivityRow>> {
  return client.request({ method: "GET", path: "/activity", query: { ...query }, schema: rows(ActivityRow) }, options);
}

/** Returns the metrics, dimensions and granularities of analytics. `GET /analytics/meta` (beta), cached for 60 s. */
export async function getAnalyticsMeta(client: Client, options?: RequestOptions): Promise<AnalyticsMeta> {
  return (
    await client.request({ method: "GET", path: "/analytics/meta", schema: data(AnalyticsMeta), cache: true }, options)
  ).data;
}

/** Returns metrics by dimension and time, including today; `total_usage` includes BYOK. `POST /analytics/query` (beta). */
export async function queryAnalytics(
  client: Client,
  body: AnalyticsQuery,
  options?: RequestOptions,
): Promise<AnalyticsResult> {
  const call = {
    method: "POST",
    path: "/analytics/query",
    body,
    schema: data(AnalyticsResult),
    isReadOnly: true,
  } as const;
  return (await client.request(call, options)).data;
}

/** Returns one inference call: cost in USD, tokens, latency in ms. `GET /generation`. */
export async function getGeneration(client: Client, id: string, options?: RequestOptions): Promise<Generation> {
  return (
    await client.request({ method: "GET", path: "/generation", query: { id }, schema: data(Generation) }, options)
  ).data;
}
