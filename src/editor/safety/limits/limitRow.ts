import * as vscode from "vscode";
import { shortBudgetForecastText } from "../../../openrouter/foresight/forecast/budgetTexts.ts";
import type { LimitLevel } from "../../../openrouter/keys/limitShare.ts";
import { type Budget, getBudgetLevel } from "../../../openrouter/safety/budgets.ts";
import type { KeyLimits } from "../../../openrouter/safety/keyLimits.ts";
import type { AccountSession } from "../../data/accountData.ts";
import type { BudgetsResource } from "../../data/budgets.ts";
import type { KeyContext, KeyNode } from "../../keys/keyRows.ts";
import { commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import { type Node, row } from "../../ui/node.ts";
import { textTable } from "../../ui/textTable.ts";
import { budgetForecast } from "./budgetForecasts.ts";
import { budgetsOf, isFirstRead, limitsOf, STALE_MS } from "./limitsData.ts";
import {
  exactResetText,
  forecastTexts,
  gapText,
  leftText,
  resetsText,
  shortLeftText,
  shortSourceText,
  sourceText,
} from "./limitTexts.ts";

const watched = new WeakSet<BudgetsResource>();

/** Returns the row of a key, and reads the budgets of its workspace, which may run out first. Reads no forecast. */
export function limitDetails(changed: () => void): Pick<KeyContext, "rowsBelow" | "limitForecast"> {
  return {
    rowsBelow(key) {
      const budgets = budgetsOf(key.session, key.key);
      if (budgets && !watched.has(budgets)) budgets.onDidChange(changed);
      if (budgets) watched.add(budgets);
      void budgets?.ensureQuietly(STALE_MS);
      return [limitRow(key)];
    },
    limitForecast(session, key) {
      const limits = limitsOf(session, key);
      const own = limits.budgets.find(({ source }) => source.kind === "key");
      return own && forecastTexts(session, limits, own)[0];
    },
  };
}

/** The row under a key that says which of its budgets runs out first. A click opens the page with everything that limits it. */
function limitRow(key: KeyNode): Node {
  const t = vscode.l10n.t;
  const { session } = key;
  const title = t("What Limits This Key");
  const options = {
    id: `${key.id}:limits`,
    parent: key,
    context: "limits",
    command: { command: commandIds.showKeyLimits, title, arguments: [key] },
  };
  const label = t("Runs Out First");
  if (isFirstRead(session, key.key))
    return row({ ...options, label, description: t("Loading…"), icon: "loading~spin" });
  const limits = limitsOf(session, key.key);
  const { first, gaps } = limits;
  const level = first && getBudgetLevel(first);
  const [icon, iconColor] = level ? icons[level] : ["circle-large-outline", undefined];
  return row({
    ...options,
    label: level === "reached" ? t("Used Up") : label,
    description: [first ? firstText(session, limits, first) : noneText(limits), gaps.length > 0 && t("more is unknown")]
      .filter(Boolean)
      .join(" · "),
    icon,
    iconColor,
    tooltip: () => tooltip(session, limits),
  });
}

const icons: Record<LimitLevel, [icon: string, color: string | undefined]> = {
  normal: ["watch", undefined],
  near: ["warning", "list.warningForeground"],
  reached: ["error", "list.errorForeground"],
};

function firstText(session: AccountSession, limits: KeyLimits, budget: Budget): string {
  const forecast = budgetForecast(session, limits, budget);
  return [
    shortLeftText(budget),
    shortSourceText(session, budget),
    forecast && shortBudgetForecastText(forecast, displayLocale(), vscode.l10n.t),
    resetsText(budget),
    !budget.isCertain && vscode.l10n.t("may not apply"),
  ]
    .filter(Boolean)
    .join(" · ");
}

function noneText({ budgets }: KeyLimits): string {
  return budgets.length > 0 ? vscode.l10n.t("unknown") : vscode.l10n.t("no budget");
}

function tooltip(session: AccountSession, limits: KeyLimits): vscode.MarkdownString {
  const t = vscode.l10n.t;
  const { key, budgets, gaps } = limits;
  const lines = budgets.map((budget): [string, string] => [
    sourceText(session, budget, key),
    [
      [leftText(budget), exactResetText(budget), !budget.isCertain && t("may not apply")].filter(Boolean).join(", "),
      ...forecastTexts(session, limits, budget),
    ].join(". "),
  ]);
  return textTable(t("Budgets of the Key"), [
    ...(lines.length > 0 ? lines : [[t("Budgets"), t("none")] as [string, string]]),
    ...gaps.map((gap): [string, string] => [t("Unknown"), gapText(gap)]),
  ]);
}
