// Finds keys that are a risk or a leftover, by the rules of a policy. Pure.

import { getKeyCost } from "../keys/keyCost.ts";
import { getKeyStatus, getLastUse, getLimitUsage, isExpired } from "../keys/keyStatus.ts";
import type { Key } from "../schemas.ts";
import { dropFloatNoise, sumKnown } from "../text/figures.ts";
import { findException } from "./exceptions.ts";
import { type Policy, type PolicyException, type RuleId, type RuleSettings, ruleIds, type Severity } from "./policy.ts";

/** A key that a rule applies to. */
export interface Finding {
  rule: RuleId;
  severity: Severity;
  key: Key;
  /** The figure that the rule judged; its unit depends on the rule. */
  figure?: { usd?: number; days?: number; percent?: number; at?: string };
  /** An exception of the policy that is in force: the finding doesn't count. */
  exception?: PolicyException;
  /** An exception that would apply but has ended. */
  endedException?: PolicyException;
}

export interface AuditInputs {
  keys: readonly Key[];
  policy: Policy;
  /** Names of workspaces by id, for exceptions. */
  workspaceName(id: string | null | undefined): string | undefined;
  /** True if a guardrail is assigned to the key or its creator; undefined if the guardrails couldn't be read. */
  hasGuardrail(key: Key): boolean | undefined;
  /** When an unfinished rotation of the key was begun, ISO. */
  rotationBegunAt(hash: string): string | undefined;
  /** True if the whole name matches a pattern of the policy. */
  matchesPattern(pattern: string, name: string): boolean;
  now: Date;
}

export interface Audit {
  /** By rule, in the order of the rules; within a rule highest spend first. */
  findings: readonly Finding[];
  /** Rules that couldn't judge some keys because the API didn't say what they need. */
  unknown: readonly { rule: RuleId; keys: number }[];
}

const DAY_MS = 86_400_000;
/** OpenRouter records uses since then; a key without a recorded use has been idle at least since. */
const RECORDED_SINCE = Date.parse("2026-01-01T00:00:00Z");

/** What a rule says of one key: a figure if it applies, undefined if not, "unknown" if it can't be told. */
type Verdict = Finding["figure"] | undefined | "unknown";
type Judge = (key: Key, settings: RuleSettings) => Verdict;

export function auditKeys(inputs: AuditInputs): Audit {
  const { keys, policy, workspaceName, now } = inputs;
  const judges = createJudges(inputs);
  const exceptionOf = findException(policy.exceptions, workspaceName, now);
  const findings: Finding[] = [];
  const unknown: { rule: RuleId; keys: number }[] = [];
  for (const rule of ruleIds) {
    const settings = policy.rules[rule];
    if (settings.severity === "off") continue;
    const found: Finding[] = [];
    let unjudged = 0;
    for (const key of keys) {
      const figure = judges[rule](key, settings);
      if (figure === "unknown") unjudged++;
      else if (figure) found.push({ rule, severity: settings.severity, key, figure, ...exceptionOf(rule, key) });
    }
    findings.push(...found.sort(bySpend));
    if (unjudged > 0) unknown.push({ rule, keys: unjudged });
  }
  return { findings, unknown };
}

function createJudges({
  keys,
  hasGuardrail,
  rotationBegunAt,
  matchesPattern,
  now,
}: AuditInputs): Record<RuleId, Judge> {
  const daysSince = (iso: string | null | undefined): number | undefined => {
    const at = Date.parse(iso ?? "");
    return Number.isNaN(at) ? undefined : Math.floor((now.getTime() - at) / DAY_MS);
  };
  const sameName = Map.groupBy(keys, ({ workspace_id, name }) => `${workspace_id}\n${name}`);
  /** Only an active key can spend or be found out. */
  const ifActive =
    (judge: Judge): Judge =>
    (key, settings) =>
      getKeyStatus(key, now) === "active" ? judge(key, settings) : undefined;
  const atLeast = (value: number | undefined, min: number): Verdict =>
    value === undefined ? "unknown" : value >= min ? { days: value } : undefined;

  return {
    "no-limit": ifActive(({ limit, usage_monthly }) => (limit === null ? { usd: usage_monthly } : undefined)),
    "limit-above": ifActive(({ limit }, { usd }) => (limit !== null && limit > usd ? { usd: limit } : undefined)),
    "never-expires": ifActive(({ expires_at }) => (expires_at ? undefined : {})),
    "lifetime-above": ifActive(({ created_at, expires_at }, { days }) => {
      if (!expires_at) return undefined;
      const lifetime = (Date.parse(expires_at) - Date.parse(created_at)) / DAY_MS;
      if (Number.isNaN(lifetime)) return "unknown";
      return lifetime > days ? { days: Math.ceil(lifetime) } : undefined;
    }),
    idle: ifActive((key, { days }) => {
      const use = getLastUse(key);
      if (use.kind === "never") return undefined;
      if (use.kind === "unknown") return "unknown";
      const idle = use.kind === "used" ? daysSince(use.at) : Math.floor((now.getTime() - RECORDED_SINCE) / DAY_MS);
      return atLeast(idle, days);
    }),
    "never-used": ifActive((key, { days }) => {
      const { kind } = getLastUse(key);
      // Without the field, "unknown" is reported by the rule for idle keys.
      return kind === "never" ? atLeast(daysSince(key.created_at), days) : undefined;
    }),
    expired: (key, { days }) => (isExpired(key, now) ? atLeast(daysSince(key.expires_at), days) : undefined),
    disabled: ({ disabled, updated_at, created_at }, { days }) =>
      disabled ? atLeast(daysSince(updated_at ?? created_at), days) : undefined,
    "near-limit": ifActive((key, { percent }) => {
      const share = limitShare(key);
      if (share === "unknown") return "unknown";
      return share !== undefined && share >= percent && share < 100 ? { percent: share } : undefined;
    }),
    "limit-reached": ifActive((key) => {
      const share = limitShare(key);
      if (share === "unknown") return "unknown";
      return share !== undefined && share >= 100 ? { percent: share } : undefined;
    }),
    "no-guardrail": ifActive((key) => {
      const has = hasGuardrail(key);
      return has === undefined ? "unknown" : has ? undefined : {};
    }),
    "name-pattern": ({ name }, { pattern }) =>
      pattern !== undefined && !matchesPattern(pattern, name) ? {} : undefined,
    "same-name": ({ workspace_id, name }) => (sameName.get(`${workspace_id}\n${name}`)!.length > 1 ? {} : undefined),
    "unfinished-rotation": ({ hash }, { days }) => {
      const begun = rotationBegunAt(hash);
      return begun === undefined ? undefined : atLeast(daysSince(begun), days);
    },
  };
}

/** Percent of the limit that is spent. A limit of 0 allows nothing, so it is reached. */
function limitShare(key: Key): number | undefined | "unknown" {
  const { limit, limit_remaining } = key;
  if (limit === null) return undefined;
  const spent = limit_remaining === null ? getLimitUsage(key) : limit - limit_remaining;
  if (spent === undefined) return "unknown";
  return limit <= 0 ? 100 : dropFloatNoise((100 * Math.max(0, spent)) / limit);
}

function bySpend({ key: a }: Finding, { key: b }: Finding): number {
  return getKeyCost(b, "month") - getKeyCost(a, "month") || compare(a.name, b.name) || compare(a.hash, b.hash);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A key that was idle this long and spent less than this in its lifetime is likely a leftover. */
export const SAFE_TO_REMOVE = { days: 90, usd: 5 } as const;

/** True for idle and never used keys that spent little in their lifetime, BYOK included. */
export function isSafeToRemove({ rule, figure, key }: Finding): boolean {
  if ((rule !== "idle" && rule !== "never-used") || (figure?.days ?? 0) < SAFE_TO_REMOVE.days) return false;
  const spent = sumKnown([key.usage, key.byok_usage]);
  return spent !== undefined && spent <= SAFE_TO_REMOVE.usd;
}
