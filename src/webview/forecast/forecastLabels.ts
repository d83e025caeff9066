// What a forecast says below its chart.
import { t } from "@vscode/l10n";
import type { DayEstimate, Estimate, Forecast } from "../../openrouter/foresight/forecast/model.ts";
import {
  backtestTexts,
  dayRangeText,
  noForecastText,
  respectedTexts,
} from "../../openrouter/foresight/forecast/texts.ts";
import { dayAfter } from "../../openrouter/spend/model.ts";
import { formatMoney } from "../../openrouter/text/format.ts";
import { plainCause } from "../plainCause.ts";
import { type ForecastFigures, isForecast } from "./forecastDays.ts";

/** Says when the credits end, how often ranges held in the past, or why there is no forecast. */
export function outlookTexts(figures: ForecastFigures, locale: string): string[] {
  const { forecast, creditsEnd } = figures.outlook;
  const respected = respectedTexts(figures, t);
  if (!isForecast(forecast)) {
    const none = forecast.reason === "failed" ? { ...forecast, cause: plainCause(forecast.cause) } : forecast;
    return [noForecastText(none, locale, t), ...respected];
  }
  const credits = creditsEnd ? [creditsText(creditsEnd, forecast, locale)] : [];
  return [...credits, ...backtestTexts(forecast, locale, t), ...respected];
}

function creditsText(end: DayEstimate, { from, days }: Forecast, locale: string): string {
  const last = dayAfter(from, days.length - 1);
  return t("The credits last until {0}, if none are added.", dayRangeText(end, last, locale, t));
}

/** What is expected of a day, in tooltips. */
export function estimateText({ low, middle, high }: Estimate, locale: string): string {
  const [least, usual, most] = [low, middle, high].map((usd) => formatMoney(usd, locale));
  return t("Expected: {0} ({1} to {2})", usual!, least!, most!);
}
