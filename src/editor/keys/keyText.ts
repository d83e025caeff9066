import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus, getLastUse, getLimitUsage, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { limitText } from "../ui/limitText.ts";

/** Words for a key's fields, in the reader's language. */
export function statusText(status: KeyStatus): string {
  const texts = {
    active: vscode.l10n.t("active"),
    disabled: vscode.l10n.t("disabled"),
    expired: vscode.l10n.t("expired"),
  };
  return texts[status];
}

/** When a key was last used, or why there is no time. */
export function lastUseText(key: Key): string {
  const use = getLastUse(key);
  const texts = {
    idle: vscode.l10n.t("not since the end of 2025 (idle)"),
    never: vscode.l10n.t("never"),
    unknown: vscode.l10n.t("unknown"),
  };
  return use.kind === "used" ? formatMoment(use.at, vscode.env.language) : texts[use.kind];
}

/** Spend against the limit with its reset; without a limit, what the month cost. */
export function spendText(key: Key): string {
  const locale = vscode.env.language;
  if (key.limit === null) return vscode.l10n.t("{0} this month", formatMoney(key.usage_monthly, locale));
  const spent = getLimitUsage(key);
  const figure = spent === undefined ? vscode.l10n.t("unknown") : formatMoney(spent, locale);
  return vscode.l10n.t("{0} / {1}", figure, limitText(key.limit, key.limit_reset));
}

/** What beside the spend a reader must see at once. */
export function statusSuffix(key: Key): string {
  const status = getKeyStatus(key);
  return status === "active" ? "" : ` · ${statusText(status)}`;
}
