import * as vscode from "vscode";
import { money, wholeMoney } from "../../openrouter/format.ts";
import type { Key } from "../../openrouter/index.ts";
import { type KeyStatus, keyStatus, spentOfLimit } from "../../openrouter/keyFacts.ts";

/** Words for a key's fields, in the reader's language. */
export function statusText(status: KeyStatus): string {
  const texts = {
    active: vscode.l10n.t("active"),
    disabled: vscode.l10n.t("disabled"),
    expired: vscode.l10n.t("expired"),
  };
  return texts[status];
}

/** When the limit begins anew; an interval that this version does not know is shown as it is. */
export function resetText(reset: string | null | undefined): string {
  const texts: Record<string, string> = {
    daily: vscode.l10n.t("daily"),
    weekly: vscode.l10n.t("weekly"),
    monthly: vscode.l10n.t("monthly"),
  };
  return reset ? (texts[reset] ?? reset) : vscode.l10n.t("never");
}

export function limitText(limit: number | null | undefined, reset: string | null | undefined): string {
  if (limit === null || limit === undefined) return vscode.l10n.t("no limit");
  const amount = wholeMoney(limit, vscode.env.language);
  return reset ? `${amount} ${resetText(reset)}` : amount;
}

/** Spend against the limit with its reset; without a limit, what the month cost. */
export function spendText(key: Key): string {
  const locale = vscode.env.language;
  if (key.limit === null) return vscode.l10n.t("{0} this month", money(key.usage_monthly, locale));
  const spent = spentOfLimit(key);
  const figure = spent === undefined ? vscode.l10n.t("unknown") : money(spent, locale);
  return vscode.l10n.t("{0} / {1}", figure, limitText(key.limit, key.limit_reset));
}

/** What beside the spend a reader must see at once. */
export function stateSuffix(key: Key): string {
  const status = keyStatus(key);
  return status === "active" ? "" : ` · ${statusText(status)}`;
}
