import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyStatus, getLastUse, getLimitUsage, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";
import { limitText } from "../ui/limitText.ts";

/** The status in the display language. */
export function statusText(status: KeyStatus): string {
  const texts = {
    active: vscode.l10n.t("active"),
    disabled: vscode.l10n.t("disabled"),
    expired: vscode.l10n.t("expired"),
  };
  return texts[status];
}

/** The time of the last use, or a text that explains why there is none. */
export function lastUseText(key: Key): string {
  const use = getLastUse(key);
  const texts = {
    idle: vscode.l10n.t("not since the end of 2025 (idle)"),
    never: vscode.l10n.t("never"),
    unknown: vscode.l10n.t("unknown"),
  };
  return use.kind === "used" ? formatMoment(use.at, displayLocale()) : texts[use.kind];
}

/** Spend / limit and reset for a key with a limit; otherwise the spend of this month. */
export function spendText(key: Key): string {
  const locale = displayLocale();
  if (key.limit === null) return vscode.l10n.t("{0} this month", formatMoney(key.usage_monthly, locale));
  const spent = getLimitUsage(key);
  const spentText = spent === undefined ? vscode.l10n.t("unknown") : formatMoney(spent, locale);
  return vscode.l10n.t("{0} / {1}", spentText, limitText(key.limit, key.limit_reset));
}

/** Returns " · disabled" or " · expired"; empty for an active key. */
export function statusSuffix(key: Key): string {
  const status = getKeyStatus(key);
  return status === "active" ? "" : ` · ${statusText(status)}`;
}
