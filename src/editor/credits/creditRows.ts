import * as vscode from "vscode";
import { getRemainingCredits } from "../../openrouter/account/credits.ts";
import { OpenRouterError } from "../../openrouter/errors.ts";
import type { Periods } from "../../openrouter/index.ts";
import { formatExactMoney, formatMoment, formatMoney, formatTime } from "../../openrouter/text/format.ts";
import { themeColor } from "../account/accountIcon.ts";
import type { AccountSession, CreditsData } from "../data/accountData.ts";
import type { Snapshot } from "../data/resource.ts";
import { errorText } from "../platform/errorText.ts";
import { commandIds } from "../platform/ids.ts";
import { displayLocale } from "../platform/locale.ts";
import { accountMark } from "../ui/accountMark.ts";
import { type Node, row } from "../ui/node.ts";

/** Creates the rows of the Credits view: rounded figures in the rows, exact ones in the tooltips. */
export function creditRows(session: AccountSession, { value, readAt }: Snapshot<CreditsData>): Node[] {
  const { credits, periods } = value;
  const t = vscode.l10n.t;
  const remaining = getRemainingCredits(credits);
  return [
    ...accountRow(session),
    moneyRow("remaining", t("Remaining"), remaining, "credit-card", t("Purchased credits minus used credits.")),
    moneyRow("purchased", t("Purchased"), credits.total_credits, "add", t("All credits ever purchased or granted.")),
    moneyRow("used", t("Used"), credits.total_usage, "graph", t("All credits ever used.")),
    ...(periods instanceof OpenRouterError ? [unavailable(periods)] : spendRows(periods)),
    row({
      id: "readAt",
      label: t("Read at"),
      description: formatTime(readAt, displayLocale()),
      icon: "clock",
      tooltip: formatMoment(readAt.toISOString(), displayLocale()),
    }),
  ];
}

/** Shows which account the figures belong to, if there are several, and for the sample account. */
function accountRow(session: AccountSession): Node[] {
  const mark = accountMark(session);
  if (!mark) return [];
  const t = vscode.l10n.t;
  const { label, source } = session;
  const abouts = { sample: t("invented data"), environment: t("environment variable"), stored: t("account in use") };
  const about = abouts[source];
  const icons = { sample: "beaker", environment: "terminal", stored: "circle-filled" };
  const node = row({
    id: "account",
    label: mark,
    description: about,
    icon: icons[source],
    iconColor: label.color && themeColor(label.color),
    tooltip: t("All views and agents of this window use this account. Select the row to switch all windows."),
    ariaLabel: t("Account: {0}, {1}", mark, about),
    context: `account ${source}`,
    command: { command: commandIds.switchAccount, title: t("Switch Account") },
  });
  // Commands of the row's menu take its account.
  return [Object.assign(node, { session })];
}

function spendRows(periods: Periods): Node[] {
  const t = vscode.l10n.t;
  const analytics = periods.source === "analytics";
  const source = analytics ? t("analytics") : t("key counters");
  const notes = [
    analytics ? t("Source: OpenRouter's analytics.") : t("Source: the keys' usage counters; excludes deleted keys."),
    periods.includesByok
      ? t("Includes spend on your own provider keys (BYOK).")
      : t("Excludes spend on your own provider keys (BYOK)."),
    ...(periods.note ? [t("Note: {0}", periods.note)] : []),
  ];
  const spend = (id: string, label: string, usd: number | undefined, since: string) =>
    moneyRow(id, label, usd, "calendar", [since, ...notes].join("\n"), source);
  return [
    spend("today", t("Today"), periods.today, t("Spent since midnight UTC.")),
    spend("week", t("This Week"), periods.week, t("Spent since Monday, midnight UTC.")),
    spend("month", t("This Month"), periods.month, t("Spent since the first of the month, midnight UTC.")),
  ];
}

function unavailable(cause: OpenRouterError): Node {
  return row({
    id: "today",
    label: vscode.l10n.t("Today, Week, Month"),
    description: vscode.l10n.t("unavailable"),
    icon: "warning",
    tooltip: errorText(cause),
  });
}

function moneyRow(
  id: string,
  label: string,
  usd: number | undefined,
  icon: string,
  detail: string,
  source?: string,
): Node {
  const locale = displayLocale();
  const unknown = vscode.l10n.t("unknown");
  const description = [usd === undefined ? unknown : formatMoney(usd, locale), source].filter(Boolean).join(" · ");
  const tooltip = `${usd === undefined ? unknown : formatExactMoney(usd, locale)}\n${detail}`;
  return row({
    id,
    label,
    description,
    icon,
    tooltip,
    ariaLabel: `${label}: ${description}. ${tooltip}`,
    context: `credits ${id}`,
  });
}
