import { getActivity } from "../../endpoints/usage.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { activityRow } from "../../spend/activitySource.ts";
import { withAnalyticsFallback } from "../../spend/analytics.ts";
import type { AnalyticsFilters } from "../../spend/analyticsRows.ts";
import { readOffered } from "../../spend/periods.ts";
import { ANALYTICS_DAYS, bucketStart, dayAfter } from "../../spend/span.ts";
import type { SpendNote, SpendRow } from "../../spend/table.ts";
import { dropFloatNoise, utcDay } from "../../text/figures.ts";
import { elapsedShare, shareBefore } from "./dayShare.ts";
import type { DailySpend } from "./model.ts";

/** How many completed days tell at what time of the day money is spent. */
const HOURLY_DAYS = 28;
/** `GET /activity` has this many completed days. */
const ACTIVITY_DAYS = 30;
/** `GET /activity` takes one key per request: what more ended keys spent stays included. */
const MAX_ENDED_IN_ACTIVITY = 10;

/** USD, credits and BYOK, and the BYOK part; undefined if it is unknown. */
export interface SpentToday {
  usd: number;
  byok: number | undefined;
  /** Until when it was counted. */
  until: Date;
}

export interface DailySpendOptions extends RequestOptions {
  /** Only the spend of this key, by its hash. */
  key?: string;
  /** Only the spend in this workspace, by its id. */
  workspace?: string;
  /** Hashes of keys that can spend no more: what they spent is left out, see `omitsEnded`. */
  ended?: readonly string[];
  /** The reading of the current day that other views show, without `ended`. Default: read with the same query. */
  today?: SpentToday;
}

export interface DailySpendReading {
  /** Begins with the first day of the range on which something was spent. */
  spend: DailySpend;
  /** Credits alone, without BYOK; undefined if the source doesn't tell them apart. The same object if there is no BYOK. */
  credits: DailySpend | undefined;
  /** USD of this calendar month, `ended` keys included; without today's spend if that was given or is unknown. */
  spentThisMonth: number;
  /** False if some spend is missing, which would count as 0. */
  isComplete: boolean;
  /** False if there are too many ended keys to leave out what they spent. */
  omitsEnded: boolean;
  source: "analytics" | "activity";
  notes: SpendNote[];
}

/**
 * Reads the spend of up to 365 days from analytics: one query by day, and one by hour for the part of a day's spend that
 * usually falls before the current time. Without analytics, the 30 days of `GET /activity`.
 * @throws OpenRouterError if neither can be read
 */
export function readDailySpend(client: Client, options: DailySpendOptions = {}): Promise<DailySpendReading> {
  const now = options.today?.until ?? client.now();
  return withAnalyticsFallback(
    (signal) => fromAnalytics(client, now, { ...options, signal }),
    (cause) => fromActivity(client, now, cause, options),
    options,
  );
}

async function fromAnalytics(client: Client, now: Date, options: DailySpendOptions): Promise<DailySpendReading> {
  const { key, workspace, ended = [], today: given, ...request } = options;
  const today = utcDay(now);
  const first = dayAfter(today, 1 - ANALYTICS_DAYS);
  const midnight = bucketStart(today);
  const filters: AnalyticsFilters = [
    ...(key === undefined ? [] : [{ field: "api_key_id", operator: "eq", value: key }]),
    ...(workspace === undefined ? [] : [{ field: "workspace", operator: "eq", value: workspace }]),
  ];
  // At midnight, a range of today would be empty.
  const end = given || now <= midnight ? midnight : now;
  const days = (more: AnalyticsFilters) =>
    readOffered(client, { filters: [...filters, ...more], unit: "day", start: bucketStart(first), end }, request, [
      "cost",
      "byok_cost",
    ]);
  const [all, endedDays, hours] = await Promise.all([
    days([]),
    ended.length > 0 ? days([{ field: "api_key_id", operator: "in", value: [...ended] }]) : undefined,
    readOffered(
      client,
      { filters, unit: "hour", start: bucketStart(dayAfter(today, -HOURLY_DAYS)), end: midnight },
      request,
      ["cost"],
    ),
  ]);
  const hasByok = all.measures.includes("byok_cost");
  const rows = [...all.rows, ...(endedDays?.rows ?? []).map(negative)];
  const ofToday = sumOf(rows.filter(({ bucket }) => bucket === today));
  const spent = given ?? { usd: ofToday.cost, byok: hasByok ? ofToday.byok : undefined, until: now };
  const share = shareBefore(hours.rows, now) ?? elapsedShare(now);
  const notes = [...all.notes, ...(endedDays?.notes ?? []), ...hours.notes];
  return {
    ...seriesOf(rows, { first, today, spent, share, hasByok }),
    spentThisMonth: spentInMonth(all.rows, today),
    isComplete: ![...all.notes, ...(endedDays?.notes ?? [])].some(({ kind }) => kind === "truncated"),
    omitsEnded: true,
    source: "analytics",
    notes,
  };
}

async function fromActivity(
  client: Client,
  now: Date,
  cause: string,
  { key, workspace, ended = [], today: given, ...request }: DailySpendOptions,
): Promise<DailySpendReading> {
  const today = utcDay(now);
  const first = dayAfter(today, -ACTIVITY_DAYS);
  const read = (hash: string | undefined) =>
    getActivity(client, { api_key_hash: hash, workspace_id: workspace }, request);
  const omitsEnded = ended.length <= MAX_ENDED_IN_ACTIVITY;
  const [all, ...others] = await Promise.all([read(key), ...(omitsEnded ? ended : []).map(read)]);
  const inRange = ({ bucket }: SpendRow) => bucket >= first && bucket < today;
  const allRows = all!.data.map(activityRow).filter(inRange);
  const rows = [...allRows, ...others.flatMap(({ data }) => data.map(activityRow).filter(inRange).map(negative))];
  // Its hours are unknown, so money counts as spent evenly over the day.
  const series = seriesOf(rows, { first, today, spent: given, share: elapsedShare(now), hasByok: true });
  const unreadable = [all!, ...others].flatMap((one) => one.unreadable ?? []);
  return {
    ...series,
    spentThisMonth: spentInMonth(allRows, today),
    isComplete: unreadable.length === 0,
    omitsEnded,
    source: "activity",
    notes: [
      { kind: "analyticsUnavailable", cause },
      ...unreadable.map((one) => ({ kind: "rowsUnreadable", ...one }) as const),
    ],
  };
}

interface SeriesOptions {
  first: string;
  today: string;
  spent: SpentToday | undefined;
  share: number;
  hasByok: boolean;
}

function seriesOf(
  rows: readonly SpendRow[],
  { first, today, spent, share, hasByok }: SeriesOptions,
): Pick<DailySpendReading, "spend" | "credits"> {
  const byDay = Map.groupBy(rows, ({ bucket }) => bucket);
  const days: { cost: number; byok: number }[] = [];
  let from = first;
  for (let day = first; day < today; day = dayAfter(day)) {
    const figures = sumOf(byDay.get(day) ?? []);
    // Days before the first spend say nothing: the account, or the key, may not have existed.
    if (days.length === 0 && figures.cost <= 0) from = dayAfter(day);
    else days.push(figures);
  }
  const spend: DailySpend = {
    from,
    usd: days.map(({ cost }) => Math.max(0, cost)),
    today: spent && { usd: Math.max(0, spent.usd), share },
  };
  if (!hasByok || (spent && spent.byok === undefined)) return { spend, credits: undefined };
  if (!spent?.byok && days.every(({ byok }) => byok === 0)) return { spend, credits: spend };
  const credits: DailySpend = {
    from,
    usd: days.map(({ cost, byok }) => Math.max(0, dropFloatNoise(cost - byok))),
    today: spent && { usd: Math.max(0, dropFloatNoise(spent.usd - (spent.byok ?? 0))), share },
  };
  return { spend, credits };
}

function spentInMonth(rows: readonly SpendRow[], today: string): number {
  return Math.max(0, sumOf(rows.filter(({ bucket }) => bucket.startsWith(today.slice(0, 7)))).cost);
}

function sumOf(rows: readonly SpendRow[]): { cost: number; byok: number } {
  let [cost, byok] = [0, 0];
  for (const row of rows) {
    cost += row.cost ?? 0;
    byok += row.byok_cost ?? 0;
  }
  return { cost: dropFloatNoise(cost), byok: dropFloatNoise(byok) };
}

const negative = (row: SpendRow): SpendRow => ({
  ...row,
  cost: -(row.cost ?? 0),
  byok_cost: -(row.byok_cost ?? 0),
});
