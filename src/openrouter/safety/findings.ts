// Finds keys that are a risk or a leftover, by the rules of a policy. Pure.
import { getKeyCost } from "../keys/keyCost.ts";
import type { Key, Workspace } from "../schemas.ts";
import { sumKnown } from "../text/figures.ts";
import { type AppliedException, findException, hasEnded } from "./exceptions.ts";
import { createJudges, type Figure, type JudgeInputs } from "./judges.ts";
import { type Policy, type PolicyException, type RuleId, ruleIds, type Severity } from "./policy.ts";

/** A key that a rule applies to. */
export interface Finding extends AppliedException {
  rule: RuleId;
  severity: Severity;
  key: Key;
  figure: Figure;
}

export interface AuditInputs extends JudgeInputs {
  policy: Policy;
  /** For exceptions that name a workspace; undefined if they couldn't be read. */
  workspaces: readonly Workspace[] | undefined;
}

/** How an exception of the policy was used. */
export interface ExceptionUse {
  exception: PolicyException;
  /** The findings that it covers, or would cover if it hadn't ended. */
  findings: number;
  hasEnded: boolean;
}

export interface Audit {
  /** By rule, in the order of the rules; within a rule highest spend of the month first, then by name and hash. */
  findings: readonly Finding[];
  /** Rules that couldn't judge some keys, since what they need isn't known. */
  unknown: readonly { rule: RuleId; keys: readonly Key[] }[];
  /** The policy's exceptions, in their order. */
  exceptions: readonly ExceptionUse[];
  /** All keys, highest spend of the month first. */
  keys: readonly Key[];
  policy: Policy;
  at: Date;
}

/** Judges one key by one rule with each step: a policy with costly patterns takes milliseconds for a few of them. */
export function* auditInSteps(inputs: AuditInputs): Generator<void, Audit> {
  const { policy, workspaces, now } = inputs;
  const judges = createJudges(inputs, policy.rules);
  const exceptionOf = findException(policy.exceptions, workspaces, now);
  yield;
  const keys = bySpend(inputs.keys);
  const findings: Finding[] = [];
  const unknown: { rule: RuleId; keys: Key[] }[] = [];
  for (const rule of ruleIds) {
    const { severity } = policy.rules[rule];
    if (severity === "off") continue;
    const unjudged: Key[] = [];
    for (const key of keys) {
      yield;
      const figure = judges[rule](key);
      if (figure === "unknown") unjudged.push(key);
      else if (figure) findings.push({ rule, severity, key, figure, ...exceptionOf(rule, key) });
    }
    if (unjudged.length > 0) unknown.push({ rule, keys: unjudged });
  }
  yield;
  return { findings, unknown, exceptions: countUses(policy, findings, now), keys, policy, at: now };
}

function countUses(policy: Policy, findings: readonly Finding[], now: Date): ExceptionUse[] {
  const counts = new Map<PolicyException, number>();
  for (const { exception, endedException } of findings) {
    const used = exception ?? endedException;
    if (used) counts.set(used, (counts.get(used) ?? 0) + 1);
  }
  return policy.exceptions.map((exception) => ({
    exception,
    findings: counts.get(exception) ?? 0,
    hasEnded: hasEnded(exception, now),
  }));
}

/** Sorts keys by what they spent this month, highest first, then by name and hash. */
function bySpend(keys: readonly Key[]): Key[] {
  return keys
    .map((key) => ({ key, cost: getKeyCost(key, "month") }))
    .sort((a, b) => b.cost - a.cost || compare(a.key.name, b.key.name) || compare(a.key.hash, b.key.hash))
    .map(({ key }) => key);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A key that was idle this long and spent at most this in its lifetime is likely a leftover. */
export const SAFE_TO_REMOVE = { days: 90, usd: 5 } as const;

/** True for idle and never used keys that spent little in their lifetime, BYOK included, unless an exception keeps them. */
export function isSafeToRemove({ rule, figure, key, exception }: Finding): boolean {
  if (exception || (rule !== "idle" && rule !== "never-used") || (figure.days ?? 0) < SAFE_TO_REMOVE.days) return false;
  const spent = getLifetimeSpend(key);
  return spent !== undefined && spent <= SAFE_TO_REMOVE.usd;
}

/** Returns what a key has spent since it was created, USD, BYOK included; undefined if the API doesn't say. */
export function getLifetimeSpend({ usage, byok_usage }: Pick<Key, "usage" | "byok_usage">): number | undefined {
  return sumKnown([usage, byok_usage]);
}
