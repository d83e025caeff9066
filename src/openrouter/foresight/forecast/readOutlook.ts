import type { ListCoverage } from "../../account/listAll.ts";
import type { Client, RequestOptions } from "../../http/call.ts";
import { getKeyCost } from "../../keys/keyCost.ts";
import type { Key } from "../../schemas.ts";
import type { Periods } from "../../spend/periods.ts";
import type { SpendNote } from "../../spend/table.ts";
import { sum, utcDay } from "../../text/figures.ts";
import { endedKeys } from "./endedKeys.ts";
import { whenSpent } from "./forecast.ts";
import { forecastReading } from "./forecastReading.ts";
import { hasKeylessSpend } from "./keylessSpend.ts";
import type { DailySpend, DayEstimate, Forecast, ForecastResult, MonthEstimate } from "./model.ts";
import { daysUntil, monthEnd } from "./monthEnd.ts";
import { type DailySpendReading, readDailySpend, type SpentToday } from "./read.ts";
import { spendBound, withBound } from "./spendBound.ts";

export type { MonthEstimate };

export interface OutlookSources {
  /** The reading of the current day that other views show. */
  periods: Periods;
  /** The account's keys; undefined if they are unknown. */
  listing: KeyListing | undefined;
  /** When the keys were read. Default: with `periods`. */
  keysReadAt?: Date;
}

export interface KeyListing extends Pick<ListCoverage, "unreadable" | "unreadableWorkspaces"> {
  keys: readonly Key[];
  /** Undefined if only the default workspace could be read. */
  workspaces: readonly unknown[] | undefined;
}

/** What is coming for an account. */
export interface AccountOutlook {
  /** ISO time of the reading. */
  readAt: string;
  source: DailySpendReading["source"];
  notes: SpendNote[];
  keysKnown: boolean;
  /** False if what keys spent that can spend no more is included. */
  omitsEndedKeys: boolean;
  /** True if more would be expected than the limits of all keys allow, if each has one. */
  respectsLimits: boolean;
  /** Without what ended keys spent if `omitsEndedKeys`. */
  past: DailySpend;
  forecast: ForecastResult;
  /** USD of this calendar month until the reading, with what ended keys spent. */
  spentThisMonth: number;
  /** Undefined without a forecast. */
  month: MonthEstimate | undefined;
  /** Credits alone, without BYOK; undefined if the source doesn't tell them apart. */
  credits: ForecastResult | undefined;
}

/**
 * Reads an account's daily spend and forecasts the month and the end of the credits.
 * @throws OpenRouterError if the spend can't be read
 */
export async function readOutlook(
  client: Client,
  { periods, listing, keysReadAt }: OutlookSources,
  options: RequestOptions = {},
): Promise<AccountOutlook> {
  const now = new Date(periods.until);
  const keys = listing?.keys ?? [];
  // Counters of an earlier day say nothing about today's spend.
  const areOfToday = utcDay(keysReadAt ?? now) === utcDay(now);
  const ended = endedKeys(keys, now, keysReadAt);
  const reading = await readDailySpend(client, {
    ...options,
    ended: ended.map(({ hash }) => hash),
    today: todayOf(periods, areOfToday ? ended : []),
  });
  const seed = "account";
  const spendForecast = forecastReading(reading.spend, reading, seed);
  const mayHaveByok = reading.credits !== reading.spend;
  const creditsForecast = mayHaveByok
    ? reading.credits && forecastReading(reading.credits, reading, seed)
    : spendForecast;
  const boundedBy = isComplete(listing) && areOfToday && !hasKeylessSpend(periods, keys) ? keys : [];
  const forecast = bounded(spendForecast, reading.spend, boundedBy, mayHaveByok ? "spend" : "credits", now);
  const credits = mayHaveByok
    ? creditsForecast && bounded(creditsForecast, reading.credits!, boundedBy, "credits", now)
    : forecast;
  // The counters lack what deleted keys spent, which the completed days have.
  const spentThisMonth =
    periods.source === "counters" && reading.isComplete ? reading.spentThisMonth + periods.today : periods.month;
  const month = isForecast(forecast) ? monthOf(forecast, spentThisMonth) : undefined;
  return {
    readAt: now.toISOString(),
    source: reading.source,
    notes: reading.notes,
    keysKnown: listing !== undefined,
    omitsEndedKeys: listing !== undefined && reading.omitsEnded,
    respectsLimits: forecast !== spendForecast || credits !== creditsForecast,
    past: reading.spend,
    forecast,
    spentThisMonth,
    month: month && forecast !== spendForecast && month.low === month.high ? { ...month, isMost: true } : month,
    credits,
  };
}

/** True if no key of the account is missing. */
function isComplete(listing: KeyListing | undefined): boolean {
  return listing?.workspaces !== undefined && !listing.unreadable && !listing.unreadableWorkspaces;
}

/** Returns a forecast without what keys can't spend by their limits; the same one if they allow all of it, and without keys. */
function bounded(
  result: ForecastResult,
  { today }: DailySpend,
  keys: readonly Key[],
  counted: "credits" | "spend",
  now: Date,
): ForecastResult {
  if (!isForecast(result) || keys.length === 0) return result;
  const bound = spendBound(keys, counted, { from: result.from, length: result.days.length, now });
  return bound ? withBound(result, today?.usd ?? 0, bound) : result;
}

export function isForecast(result: ForecastResult): result is Forecast {
  return !("reason" in result);
}

/** Adds what was spent this month to what is expected until its last day. */
export function monthOf({ from, totals }: Forecast, spent: number): MonthEstimate {
  const day = monthEnd(from);
  const { low, middle, high } = totals[daysUntil(from, day)]!;
  return { low: spent + low, middle: spent + middle, high: spent + high, day };
}

/** Returns when the credits end, if so many are left at the time of the reading; undefined without a forecast or credits. */
export function creditsEnd({ credits }: AccountOutlook, remaining: number): DayEstimate | undefined {
  return credits && isForecast(credits) && remaining > 0 ? whenSpent(credits, remaining) : undefined;
}

function todayOf({ today, rows, measures, includesByok, until }: Periods, ended: readonly Key[]): SpentToday {
  const hasByok = includesByok && measures.includes("byok_cost");
  const endedUsd = sum(ended.map((key) => getKeyCost(key, "today")));
  const endedByok = sum(ended.map(({ byok_usage_daily = 0 }) => byok_usage_daily));
  return {
    usd: Math.max(0, today - endedUsd),
    byok: hasByok ? Math.max(0, sum(rows.map(({ byok_cost = 0 }) => byok_cost)) - endedByok) : undefined,
    until: new Date(until),
  };
}
