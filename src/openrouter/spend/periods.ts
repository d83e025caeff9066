import { listAllKeys } from "../account/listAll.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { sum, sumKnown, utcDay } from "../text/figures.ts";
import { withAnalyticsFallback } from "./analytics.ts";
import { readAnalyticsRows } from "./analyticsRows.ts";

/** Spend in USD since midnight, since Monday and since the first of the month, UTC. */
export interface Periods {
  source: "analytics" | "counters";
  today: number;
  /** Undefined if a key lacks the counter. */
  week: number | undefined;
  month: number;
  /** True if the figures include BYOK. */
  includesByok: boolean;
  /** Why the counters were used, or what analytics left out. */
  note?: string;
}

interface AllKeys {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly unknown[] | undefined;
}

/** Reads the periods from `POST /analytics/query`, or, without analytics, from the keys' counters (`GET /keys`). */
export function getPeriods(
  client: Client,
  options?: RequestOptions,
  allKeys: () => Promise<AllKeys> = () => listAllKeys(client, {}, options),
): Promise<Periods> {
  const now = client.now();
  return withAnalyticsFallback(
    (signal) => fromAnalytics(client, now, signal),
    async (cause) => {
      const { keys, workspaces } = await allKeys();
      const scope = workspaces ? [] : ["only the default workspace could be read"];
      return { ...fromCounters(keys), note: [`analytics unavailable: ${cause}`, ...scope].join("; ") };
    },
    options,
  );
}

async function fromAnalytics(client: Client, now: Date, signal: AbortSignal): Promise<Periods> {
  const { today, monday, first } = periodStarts(now);
  const query = {
    measures: ["cost"],
    unit: "day",
    start: new Date(monday < first ? monday : first),
    end: now,
  } as const;
  const { rows, truncated, warnings } = await readAnalyticsRows(client, query, { signal });
  const since = (start: string) => sum(rows.filter(({ bucket }) => bucket >= start).map(({ cost = 0 }) => cost));
  const notes = [...(truncated ? ["analytics truncated the response"] : []), ...warnings];
  return {
    source: "analytics",
    today: since(today),
    week: since(monday),
    month: since(first),
    includesByok: true,
    note: notes.join("; ") || undefined,
  };
}

/** Adds up the keys' counters: USD without BYOK and without deleted keys. */
function fromCounters(keys: readonly Key[]): Omit<Periods, "note"> {
  return {
    source: "counters",
    today: sum(keys.map((key) => key.usage_daily)),
    week: sumKnown(keys.map((key) => key.usage_weekly)),
    month: sum(keys.map((key) => key.usage_monthly)),
    includesByok: false,
  };
}

/** Returns the UTC days, YYYY-MM-DD, on which the current day, week and month began. */
export function periodStarts(now: Date): { today: string; monday: string; first: string } {
  const monday = new Date(now);
  monday.setUTCDate(now.getUTCDate() - ((now.getUTCDay() + 6) % 7));
  const today = utcDay(now);
  return { today, monday: utcDay(monday), first: `${today.slice(0, 8)}01` };
}
