// What a forecast says, in words.
import { t } from "@vscode/l10n";
import type { DayEstimate, Forecast, NoForecast, Outlook } from "../../openrouter/foresight/forecast/model.ts";
import { dayAfter } from "../../openrouter/spend/model.ts";
import {
  formatRoughMoney,
  formatRoughRange,
  formatShortUtcDay,
  formatUtcDayRange,
  numberFormat,
} from "../../openrouter/text/format.ts";
import { plainCause } from "../plainCause.ts";
import { type ForecastFigures, isForecast } from "./forecastDays.ts";

/** "about $1,620 by Nov 30 ($1,540 – $1,730)" */
export function monthText({ low, middle, high, day }: NonNullable<Outlook["month"]>, locale: string): string {
  return t(
    "about {0} by {1} ({2})",
    formatRoughMoney(middle, locale),
    formatShortUtcDay(day, locale),
    formatRoughRange(low, high, locale),
  );
}

/** Says when the credits end, how often ranges held in the past, or why there is no forecast. */
export function outlookTexts({ outlook, omitsEndedKeys }: ForecastFigures, locale: string): string[] {
  const { forecast, creditsEnd } = outlook;
  const omitted = omitsEndedKeys ? [t("What disabled and expired keys spent before is left out.")] : [];
  if (!isForecast(forecast)) return [noForecastText(forecast, locale), ...omitted];
  const credits = creditsEnd ? [creditsText(creditsEnd, forecast, locale)] : [];
  return [...credits, ...backtestTexts(forecast, locale), ...omitted];
}

function creditsText({ early, middle, late }: DayEstimate, { from, days }: Forecast, locale: string): string {
  const last = dayAfter(from, days.length - 1);
  const name = (day: string) => formatShortUtcDay(day, locale);
  const about = middle === undefined ? t("after {0}", name(late ?? last)) : t("about {0}", name(middle));
  const first = early ?? middle;
  const range = first && (late === undefined ? t("from {0}", name(first)) : formatUtcDayRange(first, late, locale));
  return t("The credits last until {0}, if none are added.", range ? `${about} (${range})` : about);
}

function backtestTexts({ backtest, basedOn }: Forecast, locale: string): string[] {
  return [
    t("Forecast from {0} days of spend. 8 of 10 outcomes are expected in the range.", basedOn),
    t("Checked on {0} past days: {1} of them were in the range.", backtest.days, percent(backtest.within, locale)),
  ];
}

function noForecastText(none: NoForecast, locale: string): string {
  switch (none.reason) {
    case "tooFewDays":
      return t("No forecast yet: it needs {0} days since the first spend, there are {1}.", none.needed, none.days);
    case "unreliable":
      return t(
        "No forecast: only {0} of past days were in the range; {1} are needed.",
        percent(none.within, locale),
        percent(none.needed, locale),
      );
    case "noSpend":
      return t("No forecast: nothing was spent lately.");
    case "gap":
      return t("No forecast: the spend of some days is unknown.");
    case "failed":
      return t("No forecast: {0}", plainCause(none.cause));
  }
}

const percent = (share: number, locale: string) => numberFormat(locale, { style: "percent" }).format(share);
