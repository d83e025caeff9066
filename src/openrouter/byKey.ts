import pMap from "p-map";
import type { Client, RequestOptions } from "./client.ts";
import { type ActivityQuery, getActivity } from "./endpoints/usage.ts";
import { NotFoundError } from "./errors.ts";
import { sum, trim } from "./figures.ts";
import { CONCURRENCY } from "./paging.ts";
import type { ActivityRow, Key } from "./schemas.ts";

export interface KeySpend {
  key: Key;
  /** USD. */
  usage: number;
  byok_usage_inference: number;
  requests: number;
}

export interface ByKey {
  spend: KeySpend[];
  /** What the total holds beyond the keys asked: keys that are deleted. USD, and requests. */
  unattributed: { usage: number; byok_usage_inference: number; requests: number };
}

/**
 * Attributes activity to keys. Rows of `/activity` carry no key, so each key is asked for by its hash: first those that
 * ever spent, then, where a difference to the total remains, the others too (free requests cost nothing but count).
 * @param total the same query's rows for all keys
 */
export async function activityByKey(
  client: Client,
  keys: Key[],
  total: ActivityRow[],
  query: ActivityQuery,
  options: RequestOptions & { onProgress?: (done: number, all: number) => void } = {},
): Promise<ByKey> {
  let done = 0;
  const ask = async (key: Key): Promise<KeySpend> => {
    const rows = await getActivity(client, { ...query, api_key_hash: key.hash }, options).catch(deletedMeanwhile);
    options.onProgress?.(++done, keys.length);
    return { key, ...totals(rows) };
  };
  const all = totals(total);
  const spent = keys.filter((key) => key.usage > 0 || key.byok_usage > 0);
  let spend = await pMap(spent, ask, { concurrency: CONCURRENCY, signal: options.signal });
  let rest = difference(all, spend);
  if (Object.values(rest).some((value) => Math.abs(value) > 1e-6)) {
    const others = keys.filter((key) => !spent.includes(key));
    spend = [...spend, ...(await pMap(others, ask, { concurrency: CONCURRENCY, signal: options.signal }))];
    rest = difference(all, spend);
  }
  const active = spend.filter((row) => row.requests > 0 || row.usage > 0 || row.byok_usage_inference > 0);
  return { spend: active.sort((a, b) => b.usage - a.usage), unattributed: rest };
}

/** A key that went between the list and now is one more deleted key. */
function deletedMeanwhile(error: unknown): ActivityRow[] {
  if (error instanceof NotFoundError) return [];
  throw error;
}

/** Sums of activity rows: USD and requests. */
export function totals(rows: ActivityRow[]) {
  return {
    usage: sum(rows.map((row) => row.usage)),
    byok_usage_inference: sum(rows.map((row) => row.byok_usage_inference)),
    requests: sum(rows.map((row) => row.requests)),
  };
}

function difference(all: ByKey["unattributed"], spend: KeySpend[]): ByKey["unattributed"] {
  const rest = (field: keyof ByKey["unattributed"]) => trim(all[field] - sum(spend.map((row) => row[field])));
  return { usage: rest("usage"), byok_usage_inference: rest("byok_usage_inference"), requests: rest("requests") };
}
