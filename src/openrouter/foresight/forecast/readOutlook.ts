import type { Client, RequestOptions } from "../../http/call.ts";
import { getKeyCost } from "../../keys/keyCost.ts";
import type { Key } from "../../schemas.ts";
import type { Periods } from "../../spend/periods.ts";
import type { SpendNote } from "../../spend/table.ts";
import { sum, utcDay } from "../../text/figures.ts";
import { endedKeys } from "./endedKeys.ts";
import { whenSpent } from "./forecast.ts";
import { forecastReading } from "./forecastReading.ts";
import type { DailySpend, DayEstimate, Estimate, Forecast, ForecastResult } from "./model.ts";
import { daysUntil, monthEnd } from "./monthEnd.ts";
import { type DailySpendReading, readDailySpend, type SpentToday } from "./read.ts";

export interface OutlookSources {
  /** The reading of the current day that other views show. */
  periods: Periods;
  /** All keys of the account; undefined if they are unknown. */
  keys: readonly Key[] | undefined;
  /** When the keys were read. Default: with `periods`. */
  keysReadAt?: Date;
}

/** What is coming for an account. */
export interface AccountOutlook {
  /** ISO time of the reading. */
  readAt: string;
  source: DailySpendReading["source"];
  notes: SpendNote[];
  keysKnown: boolean;
  /** False if what disabled and expired keys spent is included. */
  omitsEndedKeys: boolean;
  /** Without what ended keys spent if `omitsEndedKeys`. */
  past: DailySpend;
  forecast: ForecastResult;
  /** The spend of the whole calendar month (UTC), and its last day; undefined without a forecast. */
  month: MonthEstimate | undefined;
  /** Credits alone, without BYOK; undefined if the source doesn't tell them apart. */
  credits: ForecastResult | undefined;
}

export interface MonthEstimate extends Estimate {
  /** The last day of the month. */
  day: string;
}

/**
 * Reads an account's daily spend and forecasts the month and the end of the credits.
 * @throws OpenRouterError if the spend can't be read
 */
export async function readOutlook(
  client: Client,
  { periods, keys, keysReadAt }: OutlookSources,
  options: RequestOptions = {},
): Promise<AccountOutlook> {
  const now = new Date(periods.until);
  const ended = endedKeys(keys ?? [], now);
  const reading = await readDailySpend(client, {
    ...options,
    ended: ended.map(({ hash }) => hash),
    // Counters of an earlier day say nothing about today's spend.
    today: todayOf(periods, utcDay(keysReadAt ?? now) === utcDay(now) ? ended : []),
  });
  const seed = "account";
  const forecast = forecastReading(reading.spend, reading, seed);
  const credits =
    reading.credits === undefined || reading.credits === reading.spend
      ? reading.credits && forecast
      : forecastReading(reading.credits, reading, seed);
  return {
    readAt: now.toISOString(),
    source: reading.source,
    notes: reading.notes,
    keysKnown: keys !== undefined,
    omitsEndedKeys: keys !== undefined && reading.omitsEnded,
    past: reading.spend,
    forecast,
    month: isForecast(forecast) ? monthOf(forecast, periods.month) : undefined,
    credits,
  };
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
