import * as vscode from "vscode";
import { getKeyCost } from "../../openrouter/keys/keyCost.ts";
import { getLimitUsage } from "../../openrouter/keys/keyStatus.ts";
import { roundShare } from "../../openrouter/keys/limitShare.ts";
import type { Finding } from "../../openrouter/safety/findings.ts";
import type { RuleId, RuleSettings, Severity } from "../../openrouter/safety/policy.ts";
import { formatCount, formatMoney, formatShortTime, numberFormat } from "../../openrouter/text/format.ts";
import { shortLimitText } from "../keys/keyText.ts";
import { displayLocale } from "../platform/locale.ts";
import { safeLabel } from "../platform/safeLabel.ts";

const money = (usd: number) => formatMoney(usd, displayLocale());
const count = (value: number) => formatCount(value, displayLocale());

/** Names a rule: the label of its group. */
export function ruleTitle(rule: RuleId): string {
  const t = vscode.l10n.t;
  const titles: Record<RuleId, string> = {
    "no-limit": t("No limit"),
    "limit-above": t("High limit"),
    "never-expires": t("Never expires"),
    "lifetime-above": t("Long lifetime"),
    idle: t("Idle"),
    "never-used": t("Never used"),
    expired: t("Expired, not deleted"),
    disabled: t("Disabled, not deleted"),
    "near-limit": t("Near the limit"),
    "limit-reached": t("Limit reached"),
    "no-guardrail": t("No guardrail but the default"),
    "name-pattern": t("Name doesn't match the pattern"),
    "same-name": t("Same name twice"),
    "unfinished-rotation": t("Rotation not finished"),
  };
  return titles[rule];
}

/** Says what a rule looks for, with its threshold. */
export function ruleText(rule: RuleId, { usd, days, percent, pattern }: RuleSettings): string {
  const t = vscode.l10n.t;
  const amount = money(usd);
  const number = count(days);
  const texts: Record<RuleId, string> = {
    "no-limit": t("Active keys without a spending limit of their own."),
    "limit-above": t("Active keys with a limit above {0}.", amount),
    "never-expires": t("Active keys without an expiry. A key's expiry can't be changed: rotate it."),
    "lifetime-above": t("Active keys that live longer than {0} days.", number),
    idle: t("Active keys that were used, but not in the last {0} days.", number),
    "never-used": t("Active keys that are at least {0} days old and were never used.", number),
    expired: t("Keys that expired at least {0} days ago and still exist.", number),
    disabled: t("Disabled keys whose last change was at least {0} days ago.", number),
    "near-limit": t("Active keys that have spent at least {0} of their limit.", percentText(percent)),
    "limit-reached": t("Active keys that have spent their limit: their requests are refused."),
    "no-guardrail": t("Active keys without a guardrail of their own or their creator's; only a default may apply."),
    "name-pattern":
      pattern === undefined
        ? t("The policy has no pattern for names, so none is checked.")
        : t("Keys whose names don't match {0}.", safeLabel(pattern)),
    "same-name": t("Keys that share their name with another key of the workspace."),
    "unfinished-rotation": t("Keys whose rotation was started at least {0} days ago and hasn't ended.", number),
  };
  return texts[rule];
}

/** Returns a rule's threshold with its unit; undefined if it has none. */
export function thresholdText({ usd, days, percent, pattern }: RuleSettings): string | undefined {
  if (pattern !== undefined) return safeLabel(pattern);
  if (Number.isFinite(usd)) return money(usd);
  if (percent < 100) return percentText(percent);
  if (days === 1) return vscode.l10n.t("1 day");
  return days > 0 ? vscode.l10n.t("{0} days", count(days)) : undefined;
}

export function severityText(severity: Severity | "off"): string {
  const texts = {
    severe: vscode.l10n.t("severe"),
    warning: vscode.l10n.t("warning"),
    info: vscode.l10n.t("information"),
    off: vscode.l10n.t("off"),
  };
  return texts[severity];
}

/** Says by which figure a rule applies to a key: "idle for 120 days". */
export function figureText({ rule, key, figure = {} }: Finding): string {
  const t = vscode.l10n.t;
  const { days, percent, isAtLeast } = figure;
  const daysText = days === undefined ? undefined : count(days);
  const thisMonth = () => t("{0} this month", money(getKeyCost(key, "month")));
  const limit = key.limit === null ? undefined : shortLimitText(key.limit, key.limit_reset);
  switch (rule) {
    case "limit-above":
      return limit === undefined ? thisMonth() : t("limit {0}", limit);
    case "never-expires":
      return t("created {0}", formatShortTime(new Date(key.created_at), displayLocale()));
    case "lifetime-above":
      return days === 1 ? t("lives 1 day") : t("lives {0} days", daysText ?? "–");
    case "idle":
      return isAtLeast ? t("idle for at least {0} days", daysText ?? "–") : idleText(days);
    case "never-used":
      return days === 1 ? t("created 1 day ago") : t("created {0} days ago", daysText ?? "–");
    case "expired":
      return days === 1 ? t("expired 1 day ago") : t("expired {0} days ago", daysText ?? "–");
    case "disabled":
      return days === 1 ? t("unchanged for 1 day") : t("unchanged for {0} days", daysText ?? "–");
    case "near-limit":
    case "limit-reached": {
      if (limit === undefined || percent === undefined) return thisMonth();
      const spent = getLimitUsage(key);
      const share = t("{0} of {1}", percentText(100 * roundShare(percent / 100)), limit);
      return spent === undefined ? share : `${share} (${money(spent)})`;
    }
    case "same-name":
      return t("{0} keys with this name", count(figure.keys ?? 2));
    case "unfinished-rotation":
      return days === 1 ? t("started 1 day ago") : t("started {0} days ago", daysText ?? "–");
    default:
      return thisMonth();
  }
}

const idleText = (days: number | undefined): string => {
  if (days === undefined) return vscode.l10n.t("idle");
  return days === 1 ? vscode.l10n.t("idle for 1 day") : vscode.l10n.t("idle for {0} days", count(days));
};

function percentText(percent: number): string {
  return numberFormat(displayLocale(), { style: "percent", maximumFractionDigits: 1 }).format(percent / 100);
}

export function findingsText(findings: number): string {
  return findings === 1 ? vscode.l10n.t("1 finding") : vscode.l10n.t("{0} findings", count(findings));
}

/** The spend of this month that a rule's keys are responsible for. */
export function atRiskText(usd: number): string {
  return vscode.l10n.t("{0} at risk", money(usd));
}

/** A day of a policy, which is a day in UTC, as it is written there. */
export function untilText(until: string | undefined): string {
  return until === undefined ? vscode.l10n.t("no end date") : vscode.l10n.t("until {0}", until);
}
