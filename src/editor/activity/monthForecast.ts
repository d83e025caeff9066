import * as vscode from "vscode";
import { isForecast } from "../../openrouter/foresight/forecast/readOutlook.ts";
import { backtestTexts, monthText, noForecastText, respectedTexts } from "../../openrouter/foresight/forecast/texts.ts";
import type { MonthForecast } from "../../webview/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import { currentOutlook } from "../data/currentOutlook.ts";
import { displayLocale } from "../platform/locale.ts";

/** What the Spend view says about the month: the forecast, or why there is none. Undefined until it has been made. */
export function monthForecast(session: AccountSession): MonthForecast | undefined {
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const { failure } = session.data.outlook;
  const current = currentOutlook(session);
  if (!current) return failure === undefined ? undefined : { text: t("No forecast"), details: [failure] };
  const { forecast, month, source } = current;
  if (!isForecast(forecast) || !month)
    return { text: isForecast(forecast) ? "" : noForecastText(forecast, locale, t), details: [] };
  const details = [
    t("Spend of this calendar month (UTC), credits and BYOK."),
    ...backtestTexts(forecast, locale, t),
    ...(source === "activity" ? [t("Analytics are unavailable: from the 30 days of the activity.")] : []),
    ...respectedTexts(current, t),
    ...(failure === undefined ? [] : [t("Not refreshed: {0}", failure)]),
  ];
  return { text: monthText(month, locale, t), details };
}
