// Reads usage without analytics: completed days by model from `/activity`, and today from the keys' counters.
import { OpenRouterError } from "../../errors.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { activitySource } from "../../spend/activitySource.ts";
import { countersSource } from "../../spend/countersSource.ts";
import { ACTIVITY_DAYS } from "../../spend/plan.ts";
import { dayAfter } from "../../spend/span.ts";
import type { SpendRow } from "../../spend/table.ts";
import { utcDay } from "../../text/figures.ts";
import type { UsageRequest } from "./readAnalytics.ts";
import type { Usage } from "./usage.ts";

/** Keys to filter by: each takes a request of its own. */
const MAX_KEYS = 4;

/**
 * @param cause why analytics failed
 * @throws OpenRouterError if `/activity` and the counters don't have what is asked
 */
export async function usageFromActivity(
  client: Client,
  { periods: { unit, before, after }, filter, now, listKeys }: UsageRequest,
  cause: string,
  options: RequestOptions,
): Promise<Usage> {
  const refused = (known: string) =>
    new OpenRouterError(
      `Analytics are unavailable (${cause}); without them ${known}.`,
      "Ask for that, or try again later.",
    );
  const today = utcDay(now);
  const [oldest, yesterday] = [dayAfter(today, -ACTIVITY_DAYS), dayAfter(today, -1)];
  const isKnown = (bucket: string) => bucket >= oldest;
  const isCovered = before.averageOf === undefined ? before.buckets.every(isKnown) : before.buckets.some(isKnown);
  if (unit === "hour" || !isCovered || !after.buckets.every(isKnown))
    throw refused(`only whole days since ${oldest} are known`);
  const hashes = filter.key?.filter((hash) => hash !== null);
  if (hashes && (hashes.length > MAX_KEYS || hashes.length < filter.key!.length))
    throw refused(`only up to ${MAX_KEYS} keys can be selected`);
  const hasToday = [...before.buckets, ...after.buckets].includes(today);
  if (hasToday && (filter.provider || filter.model)) throw refused("today's spend is not known by model and provider");

  const source = activitySource(client, oldest, yesterday);
  const counters = hasToday ? countersSource((await listKeys()).keys, today) : undefined;
  const read = [
    ...(hashes ?? [undefined]).map(async (key) => {
      const { rows, notes } = await source.read({ key }, options);
      return { rows: rows.map((row) => ({ ...row, key })), notes };
    }),
    ...(counters ? [counters.read({}, options)] : []),
  ];
  const parts = await Promise.all(read);
  const isWanted = (row: SpendRow) =>
    (["provider", "workspace"] as const).every((name) => filter[name]?.includes(row[name] ?? null) ?? true);
  return {
    whole: parts.flatMap(({ rows }) => rows).filter((row) => isKnown(row.bucket) && isWanted(row)),
    byKey: undefined,
    from: oldest,
    notes: [
      { kind: "analyticsUnavailable", cause },
      ...(hashes ? [] : [{ kind: "keysUnknown" } as const]),
      ...parts.flatMap(({ notes }) => notes),
    ],
  };
}
