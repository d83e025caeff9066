// The policy: which rules apply, their thresholds, and exceptions. Read from `openrouter-policy.json` or the user's settings.
import * as z from "zod";
import { findPatternProblem } from "./namePattern.ts";

export const severities = ["severe", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

const severity = z.enum(["off", ...severities]);
const days = z.number().int().positive().max(3650);
const usd = z.number().positive().max(1e9);
/** A rule is a severity, or an object with a severity and thresholds. */
const rule = <T extends z.ZodRawShape>(about: string, thresholds: T) =>
  z
    .union([severity, z.strictObject({ severity: severity.optional(), ...thresholds })])
    .optional()
    .describe(about);

const rules = {
  "no-limit": rule("The key has no spending limit.", {}),
  "limit-above": rule("The key's limit is above an amount.", { usd: usd.optional().describe("USD.") }),
  "never-expires": rule("The key never expires.", {}),
  "lifetime-above": rule("The key's lifetime, from its creation to its expiry, is longer than some days.", {
    days: days.optional(),
  }),
  idle: rule("The key was used, but not in the last days.", { days: days.optional() }),
  "never-used": rule("The key is older than some days and was never used.", { days: days.optional() }),
  expired: rule("The key expired some days ago and still exists.", { days: days.optional() }),
  disabled: rule(
    "The key was disabled, as far as it can be told from its last change, some days ago and still exists.",
    {
      days: days.optional(),
    },
  ),
  "near-limit": rule("The key has spent a share of its limit.", {
    percent: z.number().min(1).max(100).optional().describe("Percent of the limit."),
  }),
  "limit-reached": rule("The key has spent its limit, so its requests are refused.", {}),
  "no-guardrail": rule("No guardrail is assigned to the key or its creator.", {}),
  "name-pattern": rule("The key's name doesn't match a pattern.", {
    pattern: z
      .string()
      .max(500)
      .superRefine((pattern, context) => {
        const message = findPatternProblem(pattern);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .describe("A regular expression without look-around that the whole name matches."),
  }),
  "same-name": rule("Another key of the workspace has the same name.", {}),
  "unfinished-rotation": rule("A rotation of the key was begun and never ended.", { days: days.optional() }),
} as const;
export type RuleId = keyof typeof rules;
/** The rules in the order in which findings are listed. */
export const ruleIds = Object.keys(rules) as RuleId[];

const exception = z.strictObject({
  rule: z.union([z.enum(ruleIds as [RuleId, ...RuleId[]]), z.literal("*")]).describe("A rule's id, or * for all."),
  key: z.string().min(1).max(200).describe("The key's name, label or hash. A name may contain * for any text."),
  workspace: z.string().max(200).optional().describe("The workspace's name or id, if keys of others have this name."),
  reason: z.string().trim().min(1).max(500),
  until: z.iso.date().optional().describe("The last day, UTC, on which the exception holds: YYYY-MM-DD."),
});

/** Unknown properties are refused, so that a misspelled rule isn't ignored silently. */
export const PolicyFile = z.strictObject({
  $schema: z.string().optional(),
  rules: z.strictObject(rules).optional(),
  exceptions: z.array(exception).max(1_000).optional(),
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
const defaults: Record<RuleId, RuleSettings> = {
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
  "name-pattern": { ...none, severity: "warning" },
  "same-name": { ...none, severity: "info" },
  "unfinished-rotation": { ...none, severity: "warning", days: 7 },
};

/** Completes a policy file with the defaults. A rule given as an object without a severity keeps its own, or is turned on. */
export function toPolicy({ rules: given = {}, exceptions = [] }: PolicyFile): Policy {
  const completed = ruleIds.map((id) => {
    const own = given[id];
    const preset = defaults[id];
    if (own === undefined) return [id, preset];
    if (typeof own === "string") return [id, { ...preset, severity: own }];
    const severity = own.severity ?? (preset.severity === "off" ? "warning" : preset.severity);
    return [id, { ...preset, ...own, severity }];
  });
  return { rules: Object.fromEntries(completed), exceptions };
}

/** @returns the policy, or what is wrong with the file and where */
export function parsePolicy(text: string): { policy: Policy } | { problem: string; path: readonly PropertyKey[] } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return { problem: (error as Error).message, path: [] };
  }
  const result = PolicyFile.safeParse(content);
  if (result.success) return { policy: toPolicy(result.data) };
  const { message, path } = result.error.issues[0]!;
  return { problem: message, path };
}
