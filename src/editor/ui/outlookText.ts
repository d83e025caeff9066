import * as vscode from "vscode";
import type { DayEstimate, Estimate, Forecast, NoForecast } from "../../openrouter/foresight/forecast/model.ts";
import {
  formatRoughMoney,
  formatRoughRange,
  formatShortUtcDay,
  formatUtcDayRange,
  numberFormat,
} from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

/** "about $1,620 by Nov 30 ($1,540 – $1,730)" */
export function monthText({ low, middle, high, day }: Estimate & { day: string }): string {
  const locale = displayLocale();
  return vscode.l10n.t(
    "about {0} by {1} ({2})",
    formatRoughMoney(middle, locale),
    formatShortUtcDay(day, locale),
    formatRoughRange(low, high, locale),
  );
}

/** "about Dec 9"; a day that is too far away as "after Mar 26". */
export function dayText({ early, middle, late }: DayEstimate, last: string): string {
  const locale = displayLocale();
  if (middle !== undefined) return vscode.l10n.t("about {0}", formatShortUtcDay(middle, locale));
  return vscode.l10n.t("after {0}", formatShortUtcDay(early === undefined ? last : (late ?? last), locale));
}

/** The same with the range: "about Dec 9 (Dec 4 – 15)". */
export function dayRangeText(estimate: DayEstimate, last: string): string {
  const locale = displayLocale();
  const { early, middle, late } = estimate;
  if (middle === undefined && early === undefined) return dayText(estimate, last);
  const from = formatShortUtcDay(early ?? middle!, locale);
  if (late === undefined) return `${dayText(estimate, last)} (${vscode.l10n.t("from {0}", from)})`;
  return `${dayText(estimate, last)} (${formatUtcDayRange(early ?? middle!, late, locale)})`;
}

/** What the forecast is based on, and how often its ranges held. */
export function backtestText({ backtest, basedOn }: Forecast): string[] {
  const t = vscode.l10n.t;
  return [
    t("Forecast from {0} days of spend. 8 of 10 outcomes are expected in the range.", basedOn),
    t("Checked on {0} past days: {1} of them were in the range.", backtest.days, percent(backtest.within)),
  ];
}

/** Why there is no forecast. */
export function noForecastText(none: NoForecast): string {
  const t = vscode.l10n.t;
  switch (none.reason) {
    case "tooFewDays":
      return t("No forecast yet: it needs {0} days since the first spend, there are {1}.", none.needed, none.days);
    case "unreliable":
      return t(
        "No forecast: only {0} of past days were in the range; {1} are needed.",
        percent(none.within),
        percent(none.needed),
      );
    case "noSpend":
      return t("No forecast: nothing was spent lately.");
    case "gap":
      return t("No forecast: the spend of some days is unknown.");
    case "failed":
      return t("No forecast: {0}", none.cause);
  }
}

const percent = (share: number) => numberFormat(displayLocale(), { style: "percent" }).format(share);
