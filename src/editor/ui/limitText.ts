import * as vscode from "vscode";
import { formatExactMoney, formatLimit } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

/** Returns how often the limit resets; unknown intervals are shown as they are. */
export function resetText(reset: string | null | undefined): string {
  const texts: Record<string, string> = {
    daily: vscode.l10n.t("daily"),
    weekly: vscode.l10n.t("weekly"),
    monthly: vscode.l10n.t("monthly"),
  };
  return reset ? (texts[reset] ?? reset) : vscode.l10n.t("never");
}

/** Returns a limit in USD as it will be sent, with all its decimals, for reviews. */
export function exactLimitText(limit: number | null | undefined): string {
  if (limit === null || limit === undefined) return vscode.l10n.t("no limit");
  const cents = Math.round(limit * 100) / 100;
  return cents === limit ? formatLimit(limit, displayLocale()) : formatExactMoney(limit, displayLocale());
}

/** Returns the limit in USD, rounded to cents, and its reset interval. */
export function limitText(limit: number | null | undefined, reset: string | null | undefined): string {
  if (limit === null || limit === undefined) return vscode.l10n.t("no limit");
  const amount = formatLimit(limit, displayLocale());
  return reset ? `${amount} ${resetText(reset)}` : amount;
}
