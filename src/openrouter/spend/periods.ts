import { listAllKeys } from "../account/listAll.ts";
import { getAnalyticsMeta } from "../endpoints/usage.ts";
import { BadRequestError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Key } from "../schemas.ts";
import { sum, sumKnown, utcDay } from "../text/figures.ts";
import { withAnalyticsFallback } from "./analytics.ts";
import { type AnalyticsRowsQuery, offeredMeasures, readCompleteRows } from "./analyticsRows.ts";
import { countersSource } from "./countersSource.ts";
import { type Measure, measures, type SpendNote, type SpendRow } from "./table.ts";

/**
 * Spend in USD since midnight, since Monday and since the first of the month, UTC: one reading that all views derive their
 * figures of the current day from.
 */
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
  /** The end of the reading, an ISO time. Queries for details end then, too, so that they add up to `today`. */
  until: string;
  /** Today's spend: from analytics by model and provider (slugs), from the counters by key and workspace. */
  rows: SpendRow[];
  /** The measures of `rows`. */
  measures: readonly Measure[];
  /** The same as `note`, for a chart. */
  notes: SpendNote[];
}

interface AllKeys {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly unknown[] | undefined;
}

/**
 * Reads the periods with one query of `POST /analytics/query`, or, without analytics, from the keys' counters (`GET /keys`).
 * @param now the time by the API's clock
 */
export function getPeriods(
  client: Client,
  options?: RequestOptions,
  allKeys: () => Promise<AllKeys> = () => listAllKeys(client, {}, options),
  now: Date = client.now(),
): Promise<Periods> {
  return withAnalyticsFallback(
    (signal) => fromAnalytics(client, now, { ...options, signal }),
    async (cause) => {
      const { keys, workspaces } = await allKeys();
      const scope = workspaces ? [] : ["only the default workspace could be read"];
      const note = [`analytics unavailable: ${cause}`, ...scope].join("; ");
      const periods = await fromCounters(keys, now);
      return { ...periods, note, notes: [{ kind: "analyticsUnavailable", cause }, ...periods.notes] };
    },
    options,
  );
}

async function fromAnalytics(client: Client, now: Date, options: RequestOptions): Promise<Periods> {
  const { today, monday, first } = periodStarts(now);
  const start = new Date(monday < first ? monday : first);
  // A time range can't be empty, as it would be at midnight.
  const end = new Date(Math.max(now.getTime(), start.getTime() + 1));
  const query = { dimensions: ["model", "provider"], unit: "day", start, end } as const;
  const { rows, notes, measures } = await readOffered(client, query, options);
  const since = (day: string) => sum(rows.filter(({ bucket }) => bucket >= day).map(({ cost = 0 }) => cost));
  const texts = notes.map((note) => (note.kind === "warning" ? note.text : "analytics truncated the response"));
  return {
    source: "analytics",
    today: since(today),
    week: since(monday),
    month: since(first),
    includesByok: true,
    note: texts.join("; ") || undefined,
    until: end.toISOString(),
    rows: rows.filter(({ bucket }) => bucket === today),
    measures,
    notes,
  };
}

/** The measures of accounts whose analytics lack some, so that later queries don't ask for them. */
const offeredBy = new WeakMap<Client, readonly Measure[]>();

/**
 * Queries all measures, or those that are wanted; if the API rejects that, those of them that `GET /analytics/meta` lists.
 * Returns which ones were read.
 */
export async function readOffered(
  client: Client,
  query: Omit<AnalyticsRowsQuery, "measures">,
  options: RequestOptions,
  wanted: readonly Measure[] = measures,
) {
  const read = async (offered: readonly Measure[]) => {
    const read = wanted.filter((measure) => offered.includes(measure));
    return { ...(await readCompleteRows(client, { ...query, measures: read }, options)), measures: read };
  };
  const known = offeredBy.get(client);
  if (known) return read(known);
  try {
    return await read(measures);
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    const offered = offeredMeasures(await getAnalyticsMeta(client, options), measures);
    if (offered.length === measures.length) throw error;
    const result = await read(offered);
    offeredBy.set(client, offered);
    return result;
  }
}

/** Adds up the keys' counters: USD without deleted keys, with BYOK if every key has its counters. */
async function fromCounters(keys: readonly Key[], now: Date): Promise<Periods> {
  const today = utcDay(now);
  const source = countersSource(keys, today);
  const { rows, notes } = await source.read({});
  const includesByok = source.hasMeasure("byok_cost");
  const total = (usage: number | undefined, byok: number | undefined) =>
    usage === undefined ? undefined : usage + (includesByok ? (byok ?? 0) : 0);
  return {
    source: "counters",
    today: sum(rows.map(({ cost = 0 }) => cost)),
    week: sumKnown(keys.map((key) => total(key.usage_weekly, key.byok_usage_weekly))),
    month: sum(keys.map((key) => total(key.usage_monthly, key.byok_usage_monthly) ?? 0)),
    includesByok,
    until: now.toISOString(),
    rows,
    measures: measures.filter(source.hasMeasure),
    notes,
  };
}

/** Returns the UTC days, YYYY-MM-DD, on which the current day, week and month began. */
export function periodStarts(now: Date): { today: string; monday: string; first: string } {
  const monday = new Date(now);
  monday.setUTCDate(now.getUTCDate() - ((now.getUTCDay() + 6) % 7));
  const today = utcDay(now);
  return { today, monday: utcDay(monday), first: `${today.slice(0, 8)}01` };
}
