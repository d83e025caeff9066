import { getRemainingCredits } from "./account/credits.ts";
import { listAllKeys } from "./account/listAll.ts";
import { requireManagementKey } from "./account/managementKey.ts";
import { getCredits } from "./endpoints/account.ts";
import type { Unreadable } from "./endpoints/envelopes.ts";
import type { Client, RequestOptions } from "./http/call.ts";
import type { Credits, Key, Workspace } from "./schemas.ts";
import { nameLookup } from "./spend/names.ts";
import { currentBucket, spanOf } from "./spend/span.ts";
import { type Measure, type SpendTable, toTable } from "./spend/table.ts";
import { getToday, type Today } from "./spend/today.ts";
import { sumKnown } from "./text/figures.ts";

export interface Overview {
  credits: Credits & { remaining: number };
  keys: Key[];
  workspaces: Workspace[] | undefined;
  /** Keys that could not be read; no figure includes them. */
  unreadable?: Unreadable;
  /** Workspaces that could not be read; no figure includes their keys. */
  unreadableWorkspaces?: Unreadable;
  /** Sums of the keys' usage counters, USD; undefined if any key lacks the counter. */
  counters: Record<
    "usage_daily" | "usage_weekly" | "usage_monthly" | "byok_usage_daily" | "byok_usage_monthly",
    number | undefined
  >;
  today: Today;
}

/** Reads credits, all keys and today's spend in parallel. `GET /credits`, `GET /keys`, `GET /key`, `POST /analytics/query`. */
export async function getOverview(client: Client, options?: RequestOptions): Promise<Overview> {
  const listing = listAllKeys(client, {}, options);
  const [credits, { keys, workspaces, unreadable, unreadableWorkspaces }, today] = await Promise.all([
    getCredits(client, options),
    listing,
    getToday(client, options, async () => (await listing).keys),
    requireManagementKey(client, options),
  ]);
  const total = (field: keyof Overview["counters"]) => sumKnown(keys.map((key) => key[field]));
  return {
    credits: { ...credits, remaining: getRemainingCredits(credits) },
    keys,
    workspaces,
    unreadable,
    unreadableWorkspaces,
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

const KNOWN: Record<Today["source"], readonly Measure[]> = {
  analytics: ["cost", "requests"],
  counters: ["cost", "byok_cost"],
};

/** Builds a table of today's spend: by hour and model from analytics, or the whole day by key and workspace from the counters. */
export function toTodayTable({ today, keys, workspaces }: Pick<Overview, "today" | "keys" | "workspaces">): SpendTable {
  const { source, date, readAt, rows, notes } = today;
  const unit = source === "analytics" ? "hour" : "day";
  const now = new Date(readAt);
  const buckets = unit === "hour" ? spanOf("today", false, now).buckets : [date];
  const current = currentBucket(unit, now);
  // Without the list of workspaces, the counters are only those of the default workspace's keys.
  const coverageNotes = unit === "day" && !workspaces ? [{ kind: "workspacesUnavailable" } as const] : [];
  return toTable(rows, {
    unit,
    buckets,
    current,
    isKnown: (measure, bucket) => bucket <= current && KNOWN[source].includes(measure),
    dimensions: unit === "hour" ? ["model"] : ["key", "workspace"],
    name: nameLookup(keys, workspaces),
    sources: [{ source, from: buckets[0]!, to: buckets.at(-1)!, readAt }],
    notes: [...notes, ...coverageNotes],
  });
}
