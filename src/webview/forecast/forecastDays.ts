// The days of a forecast's chart and table: the last ones with what was spent, and the coming ones with their ranges. Pure.
import type {
  DailySpend,
  Estimate,
  Forecast,
  ForecastResult,
  Outlook,
} from "../../openrouter/foresight/forecast/model.ts";
import { dayAfter } from "../../openrouter/spend/model.ts";

export interface ForecastDay {
  /** YYYY-MM-DD, UTC. */
  day: string;
  /** USD; for today, so far. Undefined for coming days. */
  spent: number | undefined;
  estimate: Estimate | undefined;
}

/** An outlook with the completed days that it is based on. */
export interface ForecastFigures {
  past: DailySpend;
  outlook: Outlook;
  /** True if `past` doesn't contain what keys spent that can spend no more. */
  omitsEndedKeys?: boolean;
  /** True if more would be expected than the limits of all keys allow. */
  respectsLimits?: boolean;
}

const PAST_DAYS = 30;
/** So that the end of a month shows more than its last days. */
const MIN_COMING_DAYS = 14;

export function isForecast(result: ForecastResult): result is Forecast {
  return !("reason" in result);
}

/** Returns the last 30 completed days, today, and the days to the end of the month, at least 14. */
export function forecastDays({ past, outlook: { forecast, month } }: ForecastFigures): ForecastDay[] {
  const today = dayAfter(past.from, past.usd.length);
  const completed = past.usd.map((spent, i) => ({ day: dayAfter(past.from, i), spent, estimate: undefined }));
  const estimates = isForecast(forecast) ? forecast.days : [];
  const coming = estimates
    .map((estimate, i) => ({ day: dayAfter(today, i), spent: i === 0 ? past.today?.usd : undefined, estimate }))
    .filter(({ day }, i) => i < MIN_COMING_DAYS || (month !== undefined && day <= month.day));
  return [...completed.slice(-PAST_DAYS), ...coming];
}
