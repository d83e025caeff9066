import type { Client, RequestOptions } from "../../http/call.ts";
import { getKeyCost } from "../../keys/keyCost.ts";
import { getKeyStatus, type KeyStatus } from "../../keys/keyStatus.ts";
import { getLimitSpend } from "../../keys/limitShare.ts";
import type { Key } from "../../schemas.ts";
import { forecastReading } from "./forecastReading.ts";
import { limitReached, type SpendLimit, withExpiry, withLimit } from "./limitForecast.ts";
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
  /** What was spent today without BYOK; undefined if it is unknown. */
  creditsToday: number | undefined;
  /** True if the key has a limit that isn't taken into account, since BYOK doesn't count toward it. */
  ignoresLimit: boolean;
  /** When the key expires; null if never. */
  expiresAt: string | null;
  /** As the key went on without a limit, until it expires, BYOK included. */
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
  const forecastOf = (series: DailySpend): ForecastResult => {
    const forecast = forecastReading(series, reading, key.hash);
    return isForecast(forecast) ? withExpiry(forecast, key.expires_at) : forecast;
  };
  const spend = forecastOf(reading.spend);
  const credits = reading.credits === reading.spend ? spend : reading.credits && forecastOf(reading.credits);
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
    creditsToday: reading.credits?.today?.usd,
    ignoresLimit: limit !== undefined && counted !== spend,
    expiresAt: key.expires_at ?? null,
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
