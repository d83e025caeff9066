// The policy: which rules apply, their thresholds, and exceptions. Read from `openrouter-policy.json` or the user's settings.
import * as z from "zod";
import { english, type Translate } from "../text/translate.ts";
import { findPatternProblem } from "./namePattern.ts";
import {
  CONTAINS_SECRET,
  describeIssue,
  missingProperty,
  NOT_A_DAY,
  type PolicyProblem,
  parseJsonTree,
  rangeOf,
  tooManyEntries,
} from "./policyProblem.ts";

export const severities = ["severe", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

const severity = z.enum(["off", ...severities]);
const days = (about: string) => z.number().int().min(0).max(3650).optional().describe(about);
const usd = (about: string) => z.number().positive().max(1e9).optional().describe(about);
/** A rule is a severity, or an object with a severity and thresholds. */
const rule = <T extends z.ZodRawShape>(about: string, thresholds: T) =>
  z
    .union([severity, z.strictObject({ severity: severity.optional(), ...thresholds })])
    .optional()
    .describe(about);

const rules = {
  "no-limit": rule("The key has no spending limit.", {}),
  "limit-above": rule("The key's limit is above an amount, whatever its reset.", { usd: usd("USD.") }),
  "never-expires": rule("The key never expires.", {}),
  "lifetime-above": rule("The key's lifetime, from its creation to its expiry, is longer than some days.", {
    days: days("The longest lifetime, in days."),
  }),
  idle: rule("The key was used, but not in the last days.", { days: days("Days since the last use.") }),
  "never-used": rule("The key was never used, and is older than some days.", {
    days: days("Days since its creation."),
  }),
  expired: rule("The key expired and still exists.", { days: days("Days since it expired.") }),
  disabled: rule("The key is disabled and still exists.", {
    days: days("Days since its last change, since the API doesn't say when a key was disabled."),
  }),
  "near-limit": rule("The key has spent a share of its limit.", {
    percent: z.number().min(1).max(100).optional().describe("Percent of the limit."),
  }),
  "limit-reached": rule("The key has spent its limit, so its requests are refused.", {}),
  "no-guardrail": rule("No guardrail but the workspace's default one binds the key.", {}),
  "name-pattern": rule("The key's name doesn't match a pattern.", {
    pattern: z
      .string()
      .max(500)
      .superRefine((pattern, context) => {
        const message = findPatternProblem(pattern);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .describe(
        "A regular expression that the whole name matches, without look-around and back-references. (?i) at its start ignores case.",
      ),
  }),
  "same-name": rule("Another key of the workspace has the same name.", {}),
  "unfinished-rotation": rule("A rotation of the key was started and has not ended.", {
    days: days("Days since it was started."),
  }),
} as const;
export type RuleId = keyof typeof rules;
/** The rules in the order in which findings are listed. */
export const ruleIds = Object.keys(rules) as RuleId[];

/** True for more of a secret than a label shows: a policy must not name a key by it. */
export const containsSecret = (text: string): boolean => /sk-or-(v\d+-)?\w{16}/i.test(text);
const MAX_EXCEPTIONS = 1_000;
/** Characters of an exception's reason. */
export const MAX_REASON = 500;
const exception = z.strictObject({
  rule: z.enum([...ruleIds, "*"]).describe("A rule's id, or * for all."),
  key: z
    .string()
    .min(1)
    .max(200)
    .refine((key) => !containsSecret(key), CONTAINS_SECRET)
    .describe("The key's name, label or hash; * stands for any text."),
  workspace: z
    .string()
    .max(200)
    .optional()
    .describe("The workspace's name, slug or id; all workspaces if it isn't given."),
  reason: z.string().trim().min(1).max(MAX_REASON).describe("Why the finding doesn't count."),
  until: z.iso
    .date(NOT_A_DAY)
    .optional()
    .describe("The last day, UTC, on which the exception holds: YYYY-MM-DD. Without it, the exception doesn't end."),
});

/** Unknown properties are refused, so that a misspelled rule isn't ignored silently. */
export const PolicyFile = z.strictObject({
  $schema: z.string().max(500).optional(),
  rules: z
    .strictObject(rules)
    .optional()
    .describe(
      "Rules by id: a severity, or an object with a severity and thresholds. Rules that aren't given keep their defaults.",
    ),
  exceptions: z.array(exception).max(MAX_EXCEPTIONS).optional().describe("Findings that don't count, with the reason."),
});
export type PolicyFile = z.infer<typeof PolicyFile>;
export type PolicyException = z.infer<typeof exception>;

export interface RuleSettings {
  severity: Severity | "off";
  usd: number;
  days: number;
  percent: number;
  pattern: string | undefined;
}
export interface Policy {
  rules: Readonly<Record<RuleId, RuleSettings>>;
  exceptions: readonly PolicyException[];
}

const none = { usd: Number.POSITIVE_INFINITY, days: 0, percent: 100, pattern: undefined };
/** What holds for rules that a policy doesn't mention. */
export const defaultRules: Readonly<Record<RuleId, RuleSettings>> = {
  "no-limit": { ...none, severity: "severe" },
  "limit-above": { ...none, severity: "off", usd: 1_000 },
  "never-expires": { ...none, severity: "info" },
  "lifetime-above": { ...none, severity: "off", days: 365 },
  idle: { ...none, severity: "warning", days: 90 },
  "never-used": { ...none, severity: "warning", days: 30 },
  expired: { ...none, severity: "warning", days: 7 },
  disabled: { ...none, severity: "info", days: 90 },
  "near-limit": { ...none, severity: "warning", percent: 90 },
  "limit-reached": { ...none, severity: "severe" },
  "no-guardrail": { ...none, severity: "info" },
  "name-pattern": { ...none, severity: "off" },
  "same-name": { ...none, severity: "info" },
  "unfinished-rotation": { ...none, severity: "warning", days: 7 },
};

/** Completes a policy file with the defaults. A rule given as an object without a severity keeps its own, or is turned on. */
export function toPolicy({ rules: given = {}, exceptions = [] }: PolicyFile): Policy {
  const completed = ruleIds.map((id) => {
    const own = given[id];
    const preset = defaultRules[id];
    if (own === undefined) return [id, preset];
    if (typeof own === "string") return [id, { ...preset, severity: own }];
    const severity = own.severity ?? (preset.severity === "off" ? "warning" : preset.severity);
    return [id, { ...preset, ...own, severity }];
  });
  return { rules: Object.fromEntries(completed), exceptions };
}

/** Parses a policy file. @returns the policy, or its first problem with its place */
export function parsePolicy(text: string, t: Translate = english): { policy: Policy } | PolicyProblem {
  // A byte order mark is not part of the text; a space in its place keeps the offsets.
  const json = text.replace(/^\ufeff/, " ");
  const parsed = parseJsonTree(json, t);
  if ("problem" in parsed) return parsed;
  const result = readPolicy(JSON.parse(json), t);
  return "policy" in result ? result : { ...result, range: rangeOf(json, parsed.tree, result.path) };
}

/** Reads a policy that is a value already, such as that of a setting. @returns the policy, or its first problem */
export function readPolicy(value: unknown, t: Translate = english): { policy: Policy } | PolicyProblem {
  const { exceptions } = (value ?? {}) as { exceptions?: unknown };
  // Checked first, so that a file made to be slow isn't read entry by entry.
  if (Array.isArray(exceptions) && exceptions.length > MAX_EXCEPTIONS)
    return { problem: tooManyEntries(MAX_EXCEPTIONS, t), path: ["exceptions"] };
  const result = PolicyFile.safeParse(value);
  if (!result.success) return describeIssue(result.error.issues[0]!, t);
  const policy = toPolicy(result.data);
  const { severity, pattern } = policy.rules["name-pattern"];
  if (severity === "off" || pattern !== undefined) return { policy };
  return { problem: missingProperty("pattern", t), path: ["rules", "name-pattern"] };
}
