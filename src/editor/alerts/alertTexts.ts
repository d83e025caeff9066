import * as vscode from "vscode";
import type { AccountBudget, Alert, DayFigures, MonthFigures } from "../../openrouter/foresight/alerts/model.ts";
import type { DayEstimate } from "../../openrouter/foresight/forecast/model.ts";
import { roundShare } from "../../openrouter/keys/limitShare.ts";
import {
  dateFormat,
  formatCount,
  formatLimit,
  formatMoney,
  formatRoughMoney,
  formatRoughRange,
  formatUtcDay,
  numberFormat,
} from "../../openrouter/text/format.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeKey, workspaceName } from "../data/describeKey.ts";
import { guardrailName } from "../data/guardrailNames.ts";
import { keyName } from "../data/names.ts";
import { accountText } from "../platform/accountText.ts";
import { displayLocale } from "../platform/locale.ts";
import { joinFirst, quoted } from "../platform/quoted.ts";
import { budgetLimitText, creatorName, resetsText } from "../safety/limits/limitTexts.ts";

/** The most limits that one notification names. */
const MAX_NAMED = 3;

const money = (usd: number) => formatMoney(usd, displayLocale());
const amount = (usd: number) => formatLimit(usd, displayLocale());
const day = (iso: string) => formatUtcDay(iso, displayLocale());
const percent = (share: number) => numberFormat(displayLocale(), { style: "percent" }).format(share);

/** The text of a notification about one alert, or about several limits. Names the account if there are several. */
export function alertText(session: AccountSession, alerts: readonly Alert[]): string {
  const [first] = alerts;
  const text = alerts.length === 1 && first ? textOf(session, first) : limitsText(session, alerts);
  return session.label.isMarked ? `${text} ${accountText(session)}` : text;
}

function textOf(session: AccountSession, alert: Alert): string {
  const t = vscode.l10n.t;
  if (alert.kind === "creditsEnd") return endText(alert.end);
  if (alert.kind === "budget") return budgetText(session, alert.about, alert.share);
  if (alert.kind === "day") return dayText(alert.figures);
  if (alert.kind === "month") return monthText(alert.figures, alert.above);
  const { remaining, below } = alert;
  return remaining > 0
    ? t("{0} of OpenRouter credits are left, less than {1}.", money(remaining), amount(below))
    : t("The OpenRouter credits are used up: {0}.", money(remaining));
}

function endText({ early, middle }: DayEstimate & { early: string }): string {
  const t = vscode.l10n.t;
  return middle === undefined
    ? t("The OpenRouter credits may end as early as {0} (UTC).", day(early))
    : t("The OpenRouter credits last until about {0}, but may end as early as {1} (UTC).", day(middle), day(early));
}

/** For example "Limit of key “ci-tests”: $18.60 of $20/day is spent (93%), resets 1:00 AM." */
function budgetText(session: AccountSession, about: AccountBudget, share: number): string {
  const { budget } = about;
  const [title, spent, limit] = [budgetTitle(session, about), money(budget.spent ?? 0), budgetLimitText(budget)];
  const figures = [title, spent, limit, percent(roundShare(share)), resetsText(budget)];
  return budget.isLowerBound
    ? vscode.l10n.t("{0}: at least {1} of {2} is spent ({3}), {4}.", ...figures)
    : vscode.l10n.t("{0}: {1} of {2} is spent ({3}), {4}.", ...figures);
}

function limitsText(session: AccountSession, alerts: readonly Alert[]): string {
  const budgets = alerts.filter((alert) => alert.kind === "budget").sort((a, b) => b.share - a.share);
  const texts = budgets.map(({ about, share }) =>
    vscode.l10n.t(
      "{0} ({1} of {2})",
      budgetTitle(session, about),
      percent(roundShare(share)),
      budgetLimitText(about.budget),
    ),
  );
  const count = formatCount(budgets.length, displayLocale());
  const least = percent((budgets[0]?.percent ?? 0) / 100);
  return vscode.l10n.t(
    "{0} limits and budgets are at least {1} spent: {2}.",
    count,
    least,
    joinFirst(texts, MAX_NAMED),
  );
}

function dayText({ day: date, spent, usual, basedOn }: DayFigures): string {
  return vscode.l10n.t(
    "{0} was spent on {1} (UTC), {2} above the usual {3} of that weekday (median of {4} weeks).",
    ...[money(spent), day(date), money(spent - usual), money(usual), formatCount(basedOn, displayLocale())],
  );
}

function monthText({ month, spent, expected }: MonthFigures, above: number): string {
  const t = vscode.l10n.t;
  const format = dateFormat(displayLocale(), { month: "long", year: "numeric", timeZone: "UTC" });
  const name = format.format(new Date(month));
  if (spent !== undefined && spent > above)
    return t("{0} was spent in {1} (UTC), more than {2}.", money(spent), name, amount(above));
  const { low, middle, high } = expected!;
  return t(
    "About {0} is expected to be spent in {1} ({2}), more than {3}.",
    ...[formatRoughMoney(middle, displayLocale()), name, formatRoughRange(low, high, displayLocale()), amount(above)],
  );
}

/** Names what an alert is about, for lists. */
export function alertTitle(session: AccountSession, alert: Alert): string {
  const t = vscode.l10n.t;
  if (alert.kind === "budget") return budgetTitle(session, alert.about);
  const titles = {
    credits: t("Credits below an amount"),
    creditsEnd: t("End of the credits"),
    day: t("Spend of a day above the usual"),
    month: t("Spend of a month"),
  };
  return titles[alert.kind];
}

function budgetTitle(session: AccountSession, { budget: { source }, key }: AccountBudget): string {
  const t = vscode.l10n.t;
  if (source.kind === "key") return t("Limit of key {0}", keyText(session, key));
  if (source.kind === "workspace") {
    const name = workspaceName(session, key.workspace_id);
    return name === undefined ? t("Budget of a workspace") : t("Budget of workspace {0}", quoted(name));
  }
  const guardrail = quoted(guardrailName(source.from.guardrail, session));
  return source.per === "key"
    ? t("Limit of guardrail {0} for key {1}", guardrail, keyText(session, key))
    : t("Limit of guardrail {0} for the keys of {1}", guardrail, quoted(creatorName(session, key.creator_user_id)));
}

/** The key's name, with its label and workspace if another key has the same name. */
function keyText(session: AccountSession, key: AccountBudget["key"]): string {
  const keys = session.data.keys.current?.value.keys ?? [];
  const isUnique = !keys.some(({ hash, name }) => name === key.name && hash !== key.hash);
  return isUnique ? quoted(keyName(key)) : describeKey(session, key);
}
