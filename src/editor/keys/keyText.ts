import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getKeyStatus, getLastUse, getLimitUsage, type KeyStatus } from "../../openrouter/keys/keyStatus.ts";
import { formatLimit, formatMoment, formatMoney } from "../../openrouter/text/format.ts";
import { displayLocale } from "../platform/locale.ts";

/** The status in the display language. */
export function statusText(status: KeyStatus): string {
  const texts = {
    active: vscode.l10n.t("active"),
    disabled: vscode.l10n.t("disabled"),
    expired: vscode.l10n.t("expired"),
  };
  return texts[status];
}

/** The codicons of a status. */
export const statusIcons: Readonly<Record<KeyStatus, string>> = {
  active: "key",
  disabled: "circle-slash",
  expired: "history",
};

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

/** Spend and limit as "$6.19 of $20/day"; without a limit, the spend of this month with BYOK. */
export function spendText(key: Key): string {
  const locale = displayLocale();
  if (key.limit === null) return vscode.l10n.t("{0} this month", formatMoney(getKeyCost(key, "month"), locale));
  const spent = getLimitUsage(key);
  const spentText = spent === undefined ? vscode.l10n.t("unknown") : formatMoney(spent, locale);
  return vscode.l10n.t("{0} of {1}", spentText, shortLimitText(key.limit, key.limit_reset));
}

/** The limit and its reset interval as "$20/day". Unknown intervals are shown as they are. */
export function shortLimitText(limit: number, reset: string | null): string {
  const t = vscode.l10n.t;
  const amount = formatLimit(limit, displayLocale());
  const texts: Record<string, string> = {
    daily: t("{0}/day", amount),
    weekly: t("{0}/week", amount),
    monthly: t("{0}/month", amount),
  };
  return reset ? (texts[reset] ?? `${amount} ${reset}`) : amount;
}

/** Returns " · disabled" or " · expired"; empty for an active key. */
export function statusSuffix(key: Key): string {
  const status = getKeyStatus(key);
  return status === "active" ? "" : ` · ${statusText(status)}`;
}
