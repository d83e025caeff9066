import * as vscode from "vscode";
import type { BudgetBound, BudgetBounds } from "../../../openrouter/guardrails/budgetOrder.ts";
import { violatedBound } from "../../../openrouter/guardrails/budgetOrder.ts";
import { formatLimit } from "../../../openrouter/text/format.ts";
import { displayLocale } from "../../platform/locale.ts";
import { resetText } from "../../ui/limitText.ts";

/** Returns the name of a budget's interval, such as "daily" or "lifetime". */
export function budgetName(interval: string): string {
  return interval === "lifetime" ? vscode.l10n.t("lifetime") : resetText(interval);
}

/** Returns a budget's amount; "not set" without one. */
export function budgetText(budget: { limit_usd: number } | undefined): string {
  return budget ? formatLimit(budget.limit_usd, displayLocale()) : vscode.l10n.t("not set");
}

/** Explains why a limit breaks the order of the budgets; undefined if it doesn't. */
export function orderProblem(limit_usd: number, bounds: BudgetBounds): string | undefined {
  const violated = violatedBound(limit_usd, bounds);
  if (!violated) return undefined;
  const { interval, limit_usd: other } = violated.bound;
  const [name, amount] = [budgetName(interval), formatLimit(other, displayLocale())];
  return violated.kind === "above"
    ? vscode.l10n.t("It must be higher than the {0} budget ({1}).", name, amount)
    : vscode.l10n.t("It must be lower than the {0} budget ({1}).", name, amount);
}

/** Says in which range a limit must lie; undefined if there is none. */
export function rangeText({ above, below }: BudgetBounds): string | undefined {
  const t = vscode.l10n.t;
  const text = ({ interval, limit_usd }: BudgetBound): [string, string] => [
    formatLimit(limit_usd, displayLocale()),
    budgetName(interval),
  ];
  if (above && below) return t("More than {0} ({1}) and less than {2} ({3})", ...text(above), ...text(below));
  if (above) return t("More than {0} ({1})", ...text(above));
  return below && t("Less than {0} ({1})", ...text(below));
}
