import type { Client, RequestOptions } from "./client.ts";
import { queryAnalytics } from "./endpoints/usage.ts";
import { OpenRouterError, UnauthorizedError } from "./errors.ts";
import { sum, utcDay } from "./figures.ts";
import { listAllKeys } from "./paging.ts";
import type { Key } from "./schemas.ts";

/** Analytics is the better source but not the only one: it gets this long. */
const ANALYTICS_MS = 10_000;

export interface Today {
  /** UTC, YYYY-MM-DD. */
  date: string;
  source: "analytics" | "counters";
  /** USD since midnight UTC. */
  usage: number;
  /** Whether `usage` holds what was paid to providers directly. */
  includesByok: boolean;
  /** Unknown from the counters. */
  requests: number | undefined;
  /** By spend; empty from the counters. */
  models: { model: string; usage: number; requests: number }[];
  /** Why the counters were used, or what the analytics left out. */
  note?: string;
}

/**
 * What was spent since midnight UTC: from `POST /analytics/query`, or, where the account has none, from the keys' daily
 * counters (`GET /keys`). Never from `/activity`, which ends yesterday.
 */
export function getToday(
  client: Client,
  options?: RequestOptions,
  allKeys: () => Promise<Key[]> = async () => (await listAllKeys(client, {}, options)).keys,
): Promise<Today> {
  const now = new Date();
  return analyticsOrCounters(
    (signal) => fromAnalytics(client, now, signal),
    async (note) => ({ ...fromCounters(await allKeys(), now), note }),
    options,
  );
}

/** Asks the analytics, and after 10 s or a refusal the counters, with a note of why. */
export async function analyticsOrCounters<T>(
  analytics: (signal: AbortSignal) => Promise<T>,
  counters: (note: string) => Promise<T>,
  options?: RequestOptions,
): Promise<T> {
  try {
    return await analytics(
      AbortSignal.any([AbortSignal.timeout(ANALYTICS_MS), ...(options?.signal ? [options.signal] : [])]),
    );
  } catch (error) {
    options?.signal?.throwIfAborted();
    const late = error instanceof DOMException && error.name === "TimeoutError";
    if (error instanceof UnauthorizedError || !(error instanceof OpenRouterError || late)) throw error;
    const cause = error instanceof OpenRouterError ? error.message : `no answer within ${ANALYTICS_MS / 1000} s`;
    return counters(`analytics unavailable: ${cause}`);
  }
}

async function fromAnalytics(client: Client, now: Date, signal: AbortSignal): Promise<Today> {
  const date = utcDay(now);
  const query = {
    metrics: ["total_usage", "request_count"],
    dimensions: ["model"],
    time_range: { start: `${date}T00:00:00.000Z`, end: now.toISOString() },
    limit: 1000,
  };
  const { data, metadata, warnings } = await queryAnalytics(client, query, { signal });
  const models = data
    .map((row) => ({
      model: String(row.model ?? "(unknown)"),
      usage: figure(row.total_usage),
      requests: figure(row.request_count),
    }))
    .sort((a, b) => b.usage - a.usage);
  const notes = [
    ...(metadata.truncated ? ["analytics truncated its answer: the figure is a lower bound"] : []),
    ...(warnings ?? []),
  ];
  return {
    date,
    source: "analytics",
    usage: sum(models.map((row) => row.usage)),
    includesByok: true,
    requests: sum(models.map((row) => row.requests)),
    models,
    note: notes.join("; ") || undefined,
  };
}

/** Today's spend by the keys' own counters, USD without BYOK. A deleted key's spend is not in them. */
export function fromCounters(keys: Key[], now: Date): Today {
  return {
    date: utcDay(now),
    source: "counters",
    usage: sum(keys.map((key) => key.usage_daily)),
    includesByok: false,
    requests: undefined,
    models: [],
  };
}

/** Analytics gives counts as strings; anything that is no number is an error, never 0. */
export function figure(value: unknown): number {
  const number = typeof value === "string" && value.trim() ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new OpenRouterError(
    `POST /analytics/query: ${JSON.stringify(value)} is no number.`,
    "Use the keys' daily counters.",
  );
}
