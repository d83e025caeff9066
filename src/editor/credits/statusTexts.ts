import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import { formatExactMoney, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { shortName } from "../account/shortName.ts";
import type { AccountSession, CreditsData } from "../data/accountData.ts";
import { isOfToday } from "../data/currentDay.ts";
import type { Resource, Snapshot } from "../data/resource.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { messageOf } from "../platform/messageOf.ts";
import { refreshIntervalMs, writeMode } from "../platform/settings.ts";
import { accountMark } from "../ui/accountMark.ts";
import { creditsEndTexts } from "../ui/creditsEndText.ts";
import { textTable } from "../ui/textTable.ts";
import { writeModeText } from "../ui/writeModeText.ts";

/** Without a timer, figures older than this show their time. */
const AGED_MS = 600_000;

/** What the status bar item shows. */
interface StatusTexts {
  isSample: boolean;
  text: string;
  tooltip: vscode.MarkdownString;
  ariaLabel: string;
}

/** Returns the figures, or the error's text if they couldn't be read or formatted. Call it once either is known. */
export function statusTexts(session: AccountSession): StatusTexts {
  const { current, failure } = session.data.credits;
  try {
    if (current) return figureTexts(session, current);
    return errorTexts(session, failure ?? "");
  } catch (error) {
    return errorTexts(session, messageOf(error));
  }
}

function errorTexts(session: AccountSession, failure: string): StatusTexts {
  const title = vscode.l10n.t("OpenRouter Credits");
  const account = accountMark(session);
  return {
    isSample: session.source === "sample",
    text: `$(warning) ${account ? shortName(account) : "OpenRouter"}`,
    tooltip: textTable(title, [
      ...(account ? [[vscode.l10n.t("Account"), account] as [string, string]] : []),
      [vscode.l10n.t("Not read"), failure],
    ]),
    ariaLabel: [title, account, failure].filter(Boolean).join(". "),
  };
}

/** True if the last refresh failed, or none happened for longer than the timer takes. */
function isAged({ failure }: Resource<unknown>, readAt: Date): boolean {
  const interval = refreshIntervalMs();
  const limit = interval === undefined ? AGED_MS : 2 * interval;
  return failure !== undefined || Date.now() - readAt.getTime() > limit;
}

function figureTexts(session: AccountSession, snapshot: Snapshot<CreditsData>): StatusTexts {
  const { value, readAt } = snapshot;
  const { source, data } = session;
  const { failure } = data.credits;
  const t = vscode.l10n.t;
  const locale = displayLocale();
  const { credits, periods } = value;
  const remaining = getRemainingCredits(credits);
  const currentPeriods = periods instanceof OpenRouterError || !isOfToday(session, snapshot) ? undefined : periods;
  const today = currentPeriods ? formatMoney(currentPeriods.today, locale) : t("unknown");
  const usd = (amount: number | undefined) =>
    amount === undefined ? t("unavailable") : formatExactMoney(amount, locale);
  const writes = writeModeText(writeMode());
  const account = accountMark(session);
  const end = creditsEndTexts(session)?.withRange;
  const isSample = source === "sample";
  const accountText = isSample ? t("Sample (invented data)") : (account ?? "");
  const tooltip = textTable(t("OpenRouter Credits"), [
    [t("Remaining"), usd(remaining)],
    ...(end ? [[t("Last Until"), end] as [string, string]] : []),
    [t("Purchased"), usd(credits.total_credits)],
    [t("Used"), usd(credits.total_usage)],
    [t("Today"), usd(currentPeriods?.today)],
    [t("This Week"), usd(currentPeriods?.week)],
    [t("This Month"), usd(currentPeriods?.month)],
    [
      t("Source"),
      currentPeriods?.source === "analytics" ? t("analytics") : currentPeriods ? t("key counters") : t("unavailable"),
    ],
    [t("Read at"), formatTime(readAt, locale)],
    ...(account ? [[t("Account"), accountText] as [string, string]] : []),
    ...(writes ? [[t("Agents"), writes] as [string, string]] : []),
    ...(failure ? [[t("Not refreshed"), failure] as [string, string]] : []),
  ]);
  addLinks(tooltip, [
    [t("Switch Account"), commandIds.switchAccount],
    ...(writes ? [[t("Turn Off Agent Writes"), commandIds.turnOffWrites] as const] : []),
  ]);
  const aged = isAged(data.credits, readAt) ? t("as of {0}", formatTime(readAt, locale)) : "";
  const icon = failure ? "$(warning)" : isSample ? "$(beaker)" : aged ? "$(history)" : "$(credit-card)";
  const figures = t("{0} · {1} today", formatMoney(remaining, locale), today);
  const spoken = t("OpenRouter: {0} remaining, {1} spent today", formatMoney(remaining, locale), today);
  return {
    isSample,
    text: `${icon} ${account ? `${shortName(account)}: ` : ""}${[figures, aged].filter(Boolean).join(" · ")}`,
    tooltip,
    ariaLabel: [account && t("Account: {0}", accountText), spoken, aged, writes].filter(Boolean).join(". "),
  };
}

function addLinks(tooltip: vscode.MarkdownString, links: readonly (readonly [title: string, command: string])[]): void {
  tooltip.isTrusted = { enabledCommands: links.map(([, command]) => command) };
  tooltip.appendMarkdown(`\n\n${links.map(([title, command]) => `[${title}](command:${command})`).join(" · ")}`);
}
