import { listAllKeys } from "../account/listAll.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { groupBy, sum, utcDay } from "../text/figures.ts";
import { withAnalyticsFallback } from "./analytics.ts";
import { readAnalyticsRows } from "./analyticsRows.ts";
import { countersSource } from "./countersSource.ts";
import { canonicalNames } from "./names.ts";
import type { SpendNote, SpendRow } from "./table.ts";

export interface Today {
  /** UTC, YYYY-MM-DD. */
  date: string;
  /** ISO time. */
  readAt: string;
  source: "analytics" | "counters";
  /** USD since midnight UTC. */
  usage: number;
  /** True if `usage` includes BYOK. */
  includesByok: boolean;
  /** Undefined if the source is the counters. */
  requests: number | undefined;
  /** Highest spend first; empty if the source is the counters. */
  models: { model: string; usage: number; requests: number }[];
  /** From analytics: cost and requests by hour and model. From the counters: the day's cost, including BYOK, by key. */
  rows: SpendRow[];
  /** Why the counters were used, or what analytics left out. */
  notes: SpendNote[];
}

/**
 * Reads the spend since midnight UTC: from `POST /analytics/query`, or, without analytics, from the keys' daily counters
 * (`GET /keys`). Never from `/activity`, which ends yesterday.
 */
export function getToday(
  client: Client,
  options?: RequestOptions,
  allKeys: () => Promise<Key[]> = async () => (await listAllKeys(client, {}, options)).keys,
): Promise<Today> {
  const now = client.now();
  return withAnalyticsFallback(
    (signal) => fromAnalytics(client, now, signal, options),
    async (cause) => fromCounters(await allKeys(), now, cause),
    options,
  );
}

/** @param signal aborts the query; reading the model names has its own timeout */
async function fromAnalytics(client: Client, now: Date, signal: AbortSignal, options?: RequestOptions): Promise<Today> {
  const date = utcDay(now);
  const query = {
    measures: ["cost", "requests"],
    dimensions: ["model"],
    unit: "hour",
    start: new Date(date),
    end: now,
  } as const;
  const { rows: hours, truncated, warnings } = await readAnalyticsRows(client, query, { signal });
  const { rows, notes } = await canonicalNames(client, hours, { signal: options?.signal });
  const models = byModel(rows);
  return {
    date,
    readAt: now.toISOString(),
    source: "analytics",
    usage: sum(models.map((row) => row.usage)),
    includesByok: true,
    requests: sum(models.map((row) => row.requests)),
    models,
    rows,
    notes: [
      ...(truncated ? [{ kind: "truncated" } as const] : []),
      ...warnings.map((text) => ({ kind: "warning", text }) as const),
      ...notes,
    ],
  };
}

function byModel(rows: SpendRow[]): Today["models"] {
  return groupBy(
    rows,
    ({ model = "(unknown)" }) => model,
    ({ cost = 0, requests = 0 }) => ({ usage: cost, requests }),
  ).map(({ name, figures: { usage = 0, requests = 0 } }) => ({ model: name, usage, requests }));
}

/**
 * Adds up the keys' daily counters: USD without BYOK and without deleted keys.
 * @param cause why analytics failed
 */
export async function fromCounters(keys: Key[], now: Date, cause: string): Promise<Today> {
  const date = utcDay(now);
  const { rows, notes } = await countersSource(keys, date).read({});
  return {
    date,
    readAt: now.toISOString(),
    source: "counters",
    usage: sum(keys.map((key) => key.usage_daily)),
    includesByok: false,
    requests: undefined,
    models: [],
    rows,
    notes: [{ kind: "analyticsUnavailable", cause }, ...notes],
  };
}
