// The text of a new policy file. Pure.
import {
  type Policy,
  type PolicyException,
  type RuleSettings,
  ruleIds,
  toPolicy,
} from "../../../openrouter/safety/policy.ts";

/** Returns a policy file with all rules as they are built in, a line each. */
export function defaultPolicyText(): string {
  const { rules }: Policy = toPolicy({});
  const lines = ruleIds.map((id) => `    "${id}": ${ruleText(rules[id])}`);
  return `{\n  "rules": {\n${lines.join(",\n")}\n  },\n  "exceptions": []\n}\n`;
}

/** Returns a policy file that only adds exceptions to the built-in rules. */
export const exceptionsText = (exceptions: readonly PolicyException[]): string =>
  `${JSON.stringify({ exceptions }, undefined, 2)}\n`;

/** A rule's severity, or its severity with its thresholds. */
function ruleText({ severity, usd, days, percent, pattern }: RuleSettings): string {
  const thresholds = [
    Number.isFinite(usd) && `"usd": ${usd}`,
    days > 0 && `"days": ${days}`,
    percent < 100 && `"percent": ${percent}`,
    pattern !== undefined && `"pattern": ${JSON.stringify(pattern)}`,
  ].filter(Boolean);
  return thresholds.length === 0 ? `"${severity}"` : `{ "severity": "${severity}", ${thresholds.join(", ")} }`;
}
