// When a budget is reached, in words.
import { formatShortUtcDay } from "../../text/format.ts";
import type { Translate } from "../../text/translate.ts";
import type { BudgetForecast, NoBudgetForecast } from "./budgetForecast.ts";
import { dayRangeText, noForecastText } from "./texts.ts";

/** "Will probably be reached: about Dec 9 (Dec 4 – 15)." or why that can't be told. */
export function budgetForecastText(
  forecast: BudgetForecast,
  reset: string | null,
  locale: string,
  t: Translate,
): string {
  if ("reason" in forecast) return noBudgetForecastText(forecast, locale, t);
  const { early, middle } = forecast;
  const isExpected = middle !== undefined;
  // Its only day is today.
  if (reset === "daily")
    return isExpected ? t("Will probably be reached before its reset.") : t("May be reached before its reset.");
  if (isExpected) return t("Will probably be reached: {0}.", dayRangeText(forecast, middle, locale, t));
  const day = formatShortUtcDay(early!, locale);
  return reset === null
    ? t("May be reached: {0} at the earliest.", day)
    : t("May be reached before its reset: {0} at the earliest.", day);
}

/** The same for a row: "reached about Dec 9"; undefined unless that is to be expected. */
export function shortBudgetForecastText(forecast: BudgetForecast, locale: string, t: Translate): string | undefined {
  if ("reason" in forecast || forecast.middle === undefined) return undefined;
  return t("reached about {0}", formatShortUtcDay(forecast.middle, locale));
}

function noBudgetForecastText(none: NoBudgetForecast, locale: string, t: Translate): string {
  switch (none.reason) {
    case "byokUnknown":
      return t("No forecast: OpenRouter doesn't say whether BYOK spend counts.");
    case "creditsUnknown":
      return t("No forecast: the analytics don't tell credits from BYOK.");
    case "todayUnknown":
      return t("No forecast: today's spend is unknown.");
    default:
      return noForecastText(none, locale, t);
  }
}
