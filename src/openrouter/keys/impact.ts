import type { Unreadable } from "../endpoints/envelopes.ts";
import { getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { totals } from "../spend/byKey.ts";

/** What a key did in the last 30 completed UTC days, USD and requests, and today, USD. */
export interface KeyImpact {
  usage: number;
  byok_usage_inference: number;
  requests: number;
  today: number;
  /** Rows that could not be read: the figures are lower bounds. */
  unreadable?: Unreadable;
}

/** For the question before a key is deleted. `GET /activity` of the key, and its own counter for today. */
export async function getKeyImpact(client: Client, key: Key, options?: RequestOptions): Promise<KeyImpact> {
  const { data, unreadable } = await getActivity(client, { api_key_hash: key.hash }, options);
  return { ...totals(data), unreadable, today: key.usage_daily };
}
