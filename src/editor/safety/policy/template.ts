// The text of a new policy file. Pure.
import {
  type Policy,
  type PolicyException,
  type RuleSettings,
  ruleIds,
  toPolicy,
} from "../../../openrouter/safety/policy.ts";

const toText = (content: object) => `${JSON.stringify(content, undefined, 2)}\n`;

/** Returns a policy file with all rules as they are built in. */
export function defaultPolicyText(): string {
  const { rules }: Policy = toPolicy({});
  return toText({ rules: Object.fromEntries(ruleIds.map((id) => [id, ruleText(rules[id])])), exceptions: [] });
}

/** Returns a policy file that only adds exceptions to the built-in rules. */
export const exceptionsText = (exceptions: readonly PolicyException[]): string => toText({ exceptions });

/** A rule's severity, or its severity with its thresholds. */
function ruleText({ severity, usd, days, percent, pattern }: RuleSettings): unknown {
  const thresholds = {
    ...(Number.isFinite(usd) && { usd }),
    ...(days > 0 && { days }),
    ...(percent < 100 && { percent }),
    ...(pattern !== undefined && { pattern }),
  };
  return Object.keys(thresholds).length === 0 ? severity : { severity, ...thresholds };
}
