// Reads the highest day of each key, from which a limit is suggested.
import pMap from "p-map";
import { getActivity, getAnalyticsMeta } from "../../endpoints/usage.ts";
import { OpenRouterError, UnauthorizedError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import type { Key } from "../../schemas.ts";
import { activityRow } from "../../spend/activitySource.ts";
import { withAnalyticsFallback } from "../../spend/analytics.ts";
import { offeredMeasures, readCompleteRows } from "../../spend/analyticsRows.ts";
import { chunksWithUniqueNames, isIdleSince, MAX_CHUNKS } from "../../spend/keySpend.ts";
import { bucketStart, dayAfter } from "../../spend/span.ts";
import type { SpendRow } from "../../spend/table.ts";
import { dropFloatNoise, utcDay } from "../../text/figures.ts";

/** Days that are read, with today. */
const DAYS = 30;

/** A key's highest spend in a UTC day, USD; without a day if nothing was spent. */
export interface HighestDay {
  usd: number;
  day?: string;
}

export interface HighestDays {
  source: "analytics" | "activity";
  /** By key hash. A key is missing if its spend couldn't be read; that is not 0. */
  byHash: ReadonlyMap<string, HighestDay>;
}

interface ReadOptions extends RequestOptions {
  /** Called after each key that takes a request of its own. */
  onProgress?(done: number): void;
}

/**
 * Reads what counts toward each key's limit on the highest of the last 30 UTC days, today included: BYOK only if the key
 * says so. One query of `POST /analytics/query` for up to 500 keys with different names; without analytics, one request of
 * `GET /activity` per key.
 */
export function readHighestDays(
  client: Client,
  keys: readonly Key[],
  { onProgress, ...options }: ReadOptions = {},
): Promise<HighestDays> {
  return withAnalyticsFallback<HighestDays>(
    async (signal) => ({ source: "analytics", byHash: await fromAnalytics(client, keys, { ...options, signal }) }),
    async () => ({ source: "activity", byHash: await fromActivity(client, keys, options, onProgress) }),
    options,
  );
}

async function fromAnalytics(
  client: Client,
  keys: readonly Key[],
  options: RequestOptions,
): Promise<Map<string, HighestDay>> {
  const measures = offeredMeasures(await getAnalyticsMeta(client, options), ["cost", "byok_cost"]);
  const end = client.now();
  const from = dayAfter(utcDay(end), 1 - DAYS);
  const found = new Map<string, HighestDay>();
  const chunks = [...chunksWithUniqueNames(keys, (key) => isIdleSince(key, from))];
  // Then, one request for each key is little more.
  if (chunks.length > MAX_CHUNKS && 2 * chunks.length > keys.length)
    throw new OpenRouterError(`Too many of ${keys.length} keys share a name.`, "Use another source.");
  for (const chunk of chunks) {
    const filters = [{ field: "api_key_id", operator: "in", value: chunk.map(({ hash }) => hash) }];
    const query = { measures, dimensions: ["key"], filters, unit: "day", start: bucketStart(from), end } as const;
    const { rows, notes } = await readCompleteRows(client, query, options);
    if (notes.some(({ kind }) => kind === "truncated"))
      throw new OpenRouterError("POST /analytics/query: the rows were truncated.", "Use another source.");
    addChunk(found, chunk, rows, { hasByok: measures.length === 2, now: end });
  }
  for (const key of keys) if (!found.has(key.hash) && isIdleSince(key, from)) found.set(key.hash, { usd: 0 });
  return found;
}

interface Reading {
  /** False if the account's analytics don't tell BYOK apart, so that all of the cost counts. */
  hasByok: boolean;
  now: Date;
}

function addChunk(
  found: Map<string, HighestDay>,
  chunk: readonly Key[],
  rows: readonly SpendRow[],
  reading: Reading,
): void {
  const byName = new Map([
    ...chunk.map((key) => [key.hash, key] as const),
    ...chunk.map((key) => [key.name, key] as const),
  ]);
  const keyOf = ({ key = "" }: SpendRow) => (chunk.length === 1 ? chunk[0] : byName.get(key));
  const own = Map.groupBy(rows, (row) => keyOf(row)?.hash);
  // A key that was renamed since has rows under a name that none of these has: those without rows are then unknown.
  const hasUnknown = own.has(undefined);
  for (const key of chunk) {
    const spend = own.get(key.hash);
    if (spend || !hasUnknown) found.set(key.hash, highest(key, spend ?? [], reading));
  }
}

async function fromActivity(
  client: Client,
  keys: readonly Key[],
  options: RequestOptions,
  onProgress: ReadOptions["onProgress"],
): Promise<Map<string, HighestDay>> {
  const found = new Map<string, HighestDay>();
  let done = 0;
  await pMap(
    keys,
    async (key) => {
      try {
        const { data, unreadable } = await getActivity(client, { api_key_hash: key.hash }, options);
        if (!unreadable) found.set(key.hash, highest(key, data.map(activityRow), { hasByok: true, now: client.now() }));
      } catch (error) {
        if (!(error instanceof OpenRouterError) || error instanceof UnauthorizedError) throw error;
      }
      done += 1;
      onProgress?.(done);
    },
    { concurrency: 4, signal: options.signal },
  );
  return found;
}

/** The counter of today may know more than analytics, which count late, and than completed days. */
function highest(key: Key, rows: readonly SpendRow[], { hasByok, now }: Reading): HighestDay {
  const withByok = key.include_byok_in_limit || !hasByok;
  const days = new Map<string, number>();
  for (const { bucket, cost = 0, byok_cost = 0 } of rows)
    days.set(bucket, (days.get(bucket) ?? 0) + cost - (withByok ? 0 : byok_cost));
  let best: HighestDay = { usd: 0 };
  for (const [day, usd] of days) if (dropFloatNoise(usd) > best.usd) best = { usd: dropFloatNoise(usd), day };
  const today = dropFloatNoise(key.usage_daily + (withByok ? (key.byok_usage_daily ?? 0) : 0));
  return today > best.usd ? { usd: today, day: utcDay(now) } : best;
}
