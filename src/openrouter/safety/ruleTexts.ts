// The rules in English, for exports and tools; the editor has the same words, translated. Pure; USD and UTC.
import { shortLabel } from "../text/redact.ts";
import type { Finding } from "./findings.ts";
import type { RuleId, RuleSettings } from "./policy.ts";

/** Names of the rules. */
export const ruleTitles: Readonly<Record<RuleId, string>> = {
  "no-limit": "No limit",
  "limit-above": "High limit",
  "never-expires": "Never expires",
  "lifetime-above": "Long lifetime",
  idle: "Idle",
  "never-used": "Never used",
  expired: "Expired, not deleted",
  disabled: "Disabled, not deleted",
  "near-limit": "Near the limit",
  "limit-reached": "Limit reached",
  "no-guardrail": "No guardrail but the default",
  "name-pattern": "Name doesn't match the pattern",
  "same-name": "Same name twice",
  "unfinished-rotation": "Rotation not finished",
};

/** Says which keys a rule finds, with its threshold. */
export function ruleCriterion(rule: RuleId, { usd, days, percent, pattern }: RuleSettings): string {
  const texts: Record<RuleId, string> = {
    "no-limit": "active, without a spending limit of its own",
    "limit-above": `active, with a limit above ${usd} USD`,
    "never-expires": "active, without an expiry",
    "lifetime-above": `active, with more than ${days} days from creation to expiry`,
    idle: `active, used before, but not in the last ${days} days`,
    "never-used": `active, created ${days} or more days ago and never used`,
    expired: `expired ${days} or more days ago`,
    disabled: `disabled, last changed ${days} or more days ago`,
    "near-limit": `active, with ${percent} % or more of its limit spent, but less than 100 %`,
    "limit-reached": "active, with all of its limit spent",
    "no-guardrail": "active, with no guardrail assigned to it or its creator but the workspace's default one",
    "name-pattern": `name doesn't match ${pattern}`,
    "same-name": "another key of the workspace has the same name",
    "unfinished-rotation": `a rotation was started ${days} or more days ago and has not ended`,
  };
  return texts[rule];
}

/** Says the figure that a rule judged: "idle for 120 days". Empty if the rule has none besides the key's spend. */
export function figureText({ rule, figure, key }: Pick<Finding, "rule" | "figure" | "key">): string {
  const days = figure.days === undefined ? "" : figure.days === 1 ? "1 day" : `${figure.days} days`;
  switch (rule) {
    case "limit-above":
      return `limit ${figure.usd} USD${key.limit_reset ? ` ${key.limit_reset}` : ""}`;
    case "lifetime-above":
      return `lives ${days}`;
    case "idle":
      return figure.isAtLeast ? `idle for at least ${days}` : `idle for ${days}`;
    case "never-used":
      return `created ${days} ago`;
    case "expired":
      return `expired ${days} ago`;
    case "disabled":
      return `unchanged for ${days}`;
    case "near-limit":
    case "limit-reached":
      return `${Number(figure.percent?.toFixed(2))} % of ${key.limit} USD${key.limit_reset ? ` ${key.limit_reset}` : ""}`;
    case "same-name":
      return `${figure.keys} keys with this name (this one: ${shortLabel(key.label)})`;
    case "unfinished-rotation":
      return `started ${days} ago`;
    default:
      return "";
  }
}

/** What an audit can't cover. */
export const notInApi =
  "Management keys and keys that were made through OAuth are not in OpenRouter's API, so they are not judged.";
