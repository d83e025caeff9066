import type { Client, RequestOptions } from "../../http/call.ts";
import { getKeyCost } from "../../keys/keyCost.ts";
import { getKeyStatus, type KeyStatus } from "../../keys/keyStatus.ts";
import { getLimitSpend } from "../../keys/limitShare.ts";
import type { Key } from "../../schemas.ts";
import { forecastReading } from "./forecastReading.ts";
import { limitReached, type SpendLimit, withLimit } from "./limitForecast.ts";
import type { DailySpend, DayEstimate, ForecastResult } from "./model.ts";
import { type DailySpendReading, readDailySpend } from "./read.ts";
import { isForecast, type MonthEstimate, monthOf } from "./readOutlook.ts";

export interface KeyLimitOutlook extends SpendLimit {
  /** The forecast of what counts toward the limit; undefined if the source doesn't tell credits from BYOK. */
  forecast: ForecastResult | undefined;
  /** When it is reached before it resets; undefined if that isn't expected, and without a forecast. */
  reached: DayEstimate | undefined;
}

/** What is coming for a key. */
export interface KeyOutlook extends Pick<DailySpendReading, "source" | "notes"> {
  /** ISO time of the reading. */
  readAt: string;
  /** A key that is not active spends no more. */
  status: KeyStatus;
  past: DailySpend;
  /** As the key went on without a limit, BYOK included. */
  spend: ForecastResult;
  /** The same without BYOK; undefined if the source doesn't tell them apart. The same object if there is no BYOK. */
  credits: ForecastResult | undefined;
  /** Without the days on which its limit stops it. */
  forecast: ForecastResult;
  month: MonthEstimate | undefined;
  /** Undefined without a limit or counters. */
  limit: KeyLimitOutlook | undefined;
}

/**
 * Reads a key's daily spend and forecasts it. Today's spend is that of its counters.
 * @param key as it was just read
 * @throws OpenRouterError if the spend can't be read
 */
export async function readKeyOutlook(client: Client, key: Key, options: RequestOptions = {}): Promise<KeyOutlook> {
  const now = client.now();
  const today = { usd: getKeyCost(key, "today"), byok: key.byok_usage_daily, until: now };
  const reading = await readDailySpend(client, { ...options, key: key.hash, today });
  const { source, notes } = reading;
  const spend = forecastReading(reading.spend, reading, key.hash);
  const credits =
    reading.credits === reading.spend ? spend : reading.credits && forecastReading(reading.credits, reading, key.hash);
  // What counts toward its limit.
  const counted = key.include_byok_in_limit ? spend : credits;
  const limit = limitOf(key);
  const capped = limit && counted === spend && isForecast(spend) ? withLimit(spend, today.usd, limit) : spend;
  const status = getKeyStatus(key, now);
  const reached =
    limit && status === "active" && counted && isForecast(counted) ? limitReached(counted, limit) : undefined;
  return {
    readAt: now.toISOString(),
    source,
    notes,
    status,
    past: reading.spend,
    spend,
    credits,
    forecast: capped,
    month: isForecast(capped) && status === "active" ? monthOf(capped, getKeyCost(key, "month")) : undefined,
    limit: limit && { ...limit, forecast: counted, reached },
  };
}

function limitOf(key: Key): SpendLimit | undefined {
  const spent = getLimitSpend(key);
  if (key.limit === null || spent === undefined) return undefined;
  return { limit: key.limit, reset: key.limit_reset, remaining: Math.max(0, key.limit - spent) };
}
