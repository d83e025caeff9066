import { forecastSpend } from "./forecast.ts";
import type { DailySpend, ForecastResult } from "./model.ts";
import type { DailySpendReading } from "./read.ts";

/** How many days ahead the end of the credits is looked for. */
export const HORIZON_DAYS = 120;

/** Forecasts one of the series that were read; not if some spend is missing, which would count as 0. */
export function forecastReading(
  series: DailySpend,
  { isComplete }: Pick<DailySpendReading, "isComplete">,
  seed: string,
): ForecastResult {
  return isComplete ? forecastSpend(series, { horizon: HORIZON_DAYS, seed }) : { reason: "gap" };
}
