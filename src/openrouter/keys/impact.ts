import type { Unreadable } from "../endpoints/envelopes.ts";
import { getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { totals } from "../spend/byKey.ts";

/** A key's spend and requests in the last 30 completed UTC days, and its spend today; in USD. */
export interface KeyImpact {
  usage: number;
  byok_usage_inference: number;
  requests: number;
  today: number;
  /** Rows that could not be read; with them, the figures are lower bounds. */
  unreadable?: Unreadable;
}

/** Reads a key's recent spend, shown before it is deleted. `GET /activity` of the key; today comes from its counter. */
export async function getKeyImpact(client: Client, key: Key, options?: RequestOptions): Promise<KeyImpact> {
  const { data, unreadable } = await getActivity(client, { api_key_hash: key.hash }, options);
  return { ...totals(data), unreadable, today: key.usage_daily };
}
