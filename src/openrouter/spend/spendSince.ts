import { getActivity } from "../endpoints/usage.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import { getKeyCost } from "../keys/keyCost.ts";
import type { Key } from "../schemas.ts";
import { sum, utcDay } from "../text/figures.ts";
import { DAY_MS } from "../time.ts";
import { activityRow } from "./activitySource.ts";
import { withAnalyticsFallback } from "./analytics.ts";
import { readCompleteRows } from "./analyticsRows.ts";
import { ANALYTICS_DAYS, bucketStart } from "./span.ts";

/** `GET /activity` has this many completed days. */
const ACTIVITY_DAYS = 30;

export interface SpendSince {
  /** Credits and BYOK, USD. */
  usd: number;
  /** The first UTC day that is counted, as a whole: YYYY-MM-DD. */
  from: string;
  /** True if the source doesn't go back to the requested time, so that earlier spend is missing. */
  isPart: boolean;
  /** "total": the key's own counter, since the key is not older. */
  source: "total" | "analytics" | "activity";
}

/**
 * Reads what a key has spent since a time: from its counter if it isn't older, else by day from `POST /analytics/query`, else
 * from `GET /activity` and the counter of today.
 * @throws OpenRouterError if no source succeeded
 */
export async function readSpendSince(
  client: Client,
  key: Key,
  since: Date,
  options: RequestOptions = {},
): Promise<SpendSince> {
  const created = Date.parse(key.created_at);
  if (created >= since.getTime())
    return { usd: getKeyCost(key, "total"), from: utcDay(new Date(created)), isPart: false, source: "total" };
  const now = client.now();
  const firstDay = (days: number) => {
    const oldest = utcDay(new Date(Date.parse(utcDay(now)) - days * DAY_MS));
    const wanted = utcDay(new Date(Math.min(since.getTime(), now.getTime())));
    return { from: wanted > oldest ? wanted : oldest, isPart: wanted < oldest };
  };
  return withAnalyticsFallback<SpendSince>(
    async (signal) => {
      const range = firstDay(ANALYTICS_DAYS - 1);
      const { rows, notes } = await readCompleteRows(
        client,
        {
          measures: ["cost"],
          filters: [{ field: "api_key_id", operator: "eq", value: key.hash }],
          unit: "day",
          start: bucketStart(range.from),
          end: now,
        },
        { ...options, signal },
      );
      const isPart = range.isPart || notes.some(({ kind }) => kind === "truncated");
      return { ...range, isPart, usd: sum(rows.map(({ cost = 0 }) => cost)), source: "analytics" };
    },
    async () => {
      const range = firstDay(ACTIVITY_DAYS);
      const { data, unreadable } = await getActivity(client, { api_key_hash: key.hash }, options);
      const days = data.map(activityRow).filter(({ bucket }) => bucket >= range.from && bucket < utcDay(now));
      const usd = sum([...days.map(({ cost = 0 }) => cost), getKeyCost(key, "today")]);
      return { ...range, isPart: range.isPart || unreadable !== undefined, usd, source: "activity" };
    },
    options,
  );
}
