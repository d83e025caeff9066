import * as vscode from "vscode";
import { isForecast } from "../../openrouter/foresight/forecast/readOutlook.ts";
import type { MonthForecast } from "../../webview/protocol.ts";
import type { AccountSession } from "../data/accountData.ts";
import { backtestText, monthText, noForecastText } from "../ui/outlookText.ts";

/** What the Spend view says about the month: the forecast, or why there is none. Undefined until it has been made. */
export function monthForecast({ data: { outlook } }: AccountSession): MonthForecast | undefined {
  const t = vscode.l10n.t;
  const { current, failure } = outlook;
  if (!current) return failure === undefined ? undefined : { text: t("No forecast"), details: [failure] };
  const { forecast, month, source, keysKnown } = current.value;
  if (!isForecast(forecast) || !month)
    return { text: isForecast(forecast) ? "" : noForecastText(forecast), details: [] };
  const details = [
    t("Spend of this calendar month (UTC), credits and BYOK."),
    ...backtestText(forecast),
    ...(source === "activity" ? [t("Analytics are unavailable: from the 30 days of the activity.")] : []),
    ...(keysKnown ? [t("What disabled and expired keys spent before is left out.")] : []),
  ];
  return { text: monthText(month), details };
}
