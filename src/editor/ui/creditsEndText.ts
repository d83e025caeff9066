import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { HORIZON_DAYS } from "../../openrouter/foresight/forecast/forecastReading.ts";
import { type AccountOutlook, creditsEnd, isForecast } from "../../openrouter/foresight/forecast/readOutlook.ts";
import {
  backtestTexts,
  dayRangeText,
  dayText,
  noForecastText,
  respectedTexts,
} from "../../openrouter/foresight/forecast/texts.ts";
import { dayAfter } from "../../openrouter/spend/span.ts";
import type { AccountSession } from "../data/accountData.ts";
import { currentOutlook } from "../data/currentOutlook.ts";
import { displayLocale } from "../platform/locale.ts";

/** When the credits end, as far as it can be told. */
interface CreditsEndTexts {
  /** "about Dec 9" */
  text: string;
  /** "about Dec 9 (Dec 4 – 15)" */
  withRange: string;
  details: string[];
}

/** Returns undefined without credits, and until both they and the forecast are known. */
export function creditsEndTexts(session: AccountSession): CreditsEndTexts | undefined {
  const outlook = currentOutlook(session);
  const credits = session.data.credits.current?.value.credits;
  return outlook && credits && textsFor(outlook, getRemainingCredits(credits));
}

function textsFor(outlook: AccountOutlook, remaining: number): CreditsEndTexts | undefined {
  if (remaining <= 0) return undefined;
  const { credits } = outlook;
  const t = vscode.l10n.t;
  const locale = displayLocale();
  if (!credits || !isForecast(credits)) {
    const why = credits
      ? noForecastText(credits, locale, t)
      : t("No forecast: the analytics don't tell credits from BYOK.");
    return { text: t("no forecast"), withRange: why, details: [why] };
  }
  const end = creditsEnd(outlook, remaining);
  if (!end) return undefined;
  const last = dayAfter(credits.from, HORIZON_DAYS - 1);
  const withRange = dayRangeText(end, last, locale, t);
  return {
    text: dayText(end, last, locale, t),
    withRange,
    details: [
      t("The credits last until {0}, if none are added.", withRange),
      ...backtestTexts(credits, locale, t),
      ...respectedTexts({ respectsLimits: outlook.respectsLimits }, t),
    ],
  };
}
