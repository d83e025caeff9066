// What a forecast says, in words: for the views and for the pages.
import {
  formatRoughMoney,
  formatRoughRange,
  formatShortUtcDay,
  formatUtcDayRange,
  numberFormat,
} from "../../text/format.ts";
import type { Translate } from "../../text/translate.ts";
import type { DayEstimate, Forecast, MonthEstimate, NoForecast } from "./model.ts";

/** "about $1,620 by Nov 30 ($1,540 – $1,730)"; what limits allow as "about $1,200 at most by Nov 30". */
export function monthText({ low, middle, high, day, isMost }: MonthEstimate, locale: string, t: Translate): string {
  if (isMost) return t("about {0} at most by {1}", formatRoughMoney(high, locale), formatShortUtcDay(day, locale));
  return t(
    "about {0} by {1} ({2})",
    formatRoughMoney(middle, locale),
    formatShortUtcDay(day, locale),
    formatRoughRange(low, high, locale),
  );
}

/**
 * "about Dec 9"; a day that is too far away as "after Mar 26".
 * @param last the last day of the forecast
 */
export function dayText({ early, middle, late }: DayEstimate, last: string, locale: string, t: Translate): string {
  if (middle !== undefined) return t("about {0}", formatShortUtcDay(middle, locale));
  return t("after {0}", formatShortUtcDay(early === undefined ? last : (late ?? last), locale));
}

/** The same with the range, unless it is one day: "about Dec 9 (Dec 4 – 15)". */
export function dayRangeText(estimate: DayEstimate, last: string, locale: string, t: Translate): string {
  const { early, middle, late } = estimate;
  const text = dayText(estimate, last, locale, t);
  const first = early ?? middle;
  if (first === undefined) return text;
  if (late === undefined) return `${text} (${t("from {0}", formatShortUtcDay(first, locale))})`;
  return first === late ? text : `${text} (${formatUtcDayRange(first, late, locale)})`;
}

/** What the forecast is based on, and how often its ranges held. */
export function backtestTexts({ backtest, basedOn }: Forecast, locale: string, t: Translate): string[] {
  return [
    t("Forecast from {0} days of spend. 8 of 10 outcomes are expected in the range.", basedOn),
    t("Checked on {0} past days: {1} of them were in the range.", backtest.days, percent(backtest.within, locale)),
  ];
}

/** Which events the forecast of an account respects. */
export function respectedTexts(
  { omitsEndedKeys, respectsLimits }: { omitsEndedKeys?: boolean; respectsLimits?: boolean },
  t: Translate,
): string[] {
  return [
    ...(omitsEndedKeys ? [t("Past spend of keys that can't spend any more is left out.")] : []),
    ...(respectsLimits
      ? [t("Capped at what today's keys can still spend by their limits. New keys or higher limits may add to it.")]
      : []),
  ];
}

/** Why there is no forecast. */
export function noForecastText(none: NoForecast, locale: string, t: Translate): string {
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
      return t("No forecast: {0}", none.cause);
  }
}

const percent = (share: number, locale: string) => numberFormat(locale, { style: "percent" }).format(share);
