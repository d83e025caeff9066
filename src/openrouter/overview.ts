import type { Client, RequestOptions } from "./client.ts";
import { getCredits } from "./endpoints/account.ts";
import { sum, trim } from "./figures.ts";
import { requireManagementKey } from "./managementKey.ts";
import { listAllKeys } from "./paging.ts";
import type { Credits, Key, Workspace } from "./schemas.ts";
import { getToday, type Today } from "./today.ts";

export interface Overview {
  credits: Credits & { remaining: number };
  keys: Key[];
  workspaces: Workspace[] | undefined;
  /** Sums of the keys' own counters, USD. */
  counters: Record<
    "usage_daily" | "usage_weekly" | "usage_monthly" | "byok_usage_daily" | "byok_usage_monthly",
    number
  >;
  today: Today;
}

/** Credits left, USD: `total_credits` less `total_usage`. */
export function remaining(credits: Credits): number {
  return trim(credits.total_credits - credits.total_usage);
}

/** Credits, all keys and today's spend, read at the same time. `GET /credits`, `GET /keys`, `GET /key`, `POST /analytics/query`. */
export async function getOverview(client: Client, options?: RequestOptions): Promise<Overview> {
  const listing = listAllKeys(client, {}, options);
  const [credits, { keys, workspaces }, today] = await Promise.all([
    getCredits(client, options),
    listing,
    getToday(client, options, async () => (await listing).keys),
    requireManagementKey(client, options),
  ]);
  const total = (field: keyof Overview["counters"]) => sum(keys.map((key) => key[field]));
  return {
    credits: { ...credits, remaining: remaining(credits) },
    keys,
    workspaces,
    counters: {
      usage_daily: total("usage_daily"),
      usage_weekly: total("usage_weekly"),
      usage_monthly: total("usage_monthly"),
      byok_usage_daily: total("byok_usage_daily"),
      byok_usage_monthly: total("byok_usage_monthly"),
    },
    today,
  };
}
