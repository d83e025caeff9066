import { InvalidInputError } from "../errors.ts";
import { getLimitUsage } from "../keys/keyStatus.ts";
import { getPeriodEnd } from "../keys/periodEnd.ts";
import type { Key, KeyCreate } from "../schemas.ts";
import { dropFloatNoise, utcDay } from "../text/figures.ts";
import type { Rotation } from "./record.ts";

type GuardrailRef = { id: string; name: string };

/** The user's choices; everything else is copied from the old key. */
export interface RotationChoices {
  /** A pattern with `{name}` (the old key's) and `{date}` (UTC, YYYY-MM-DD); default `{name}`. */
  name?: string;
  /** "remaining": what is left in this period, so that rotating doesn't refill the budget. Default "whole". */
  limit?: "whole" | "remaining";
  /** "daily", "weekly", "monthly", or null for never. */
  reset?: string | null;
  /** An ISO 8601 time, or null for no expiry; default "same". */
  expiry?: "same" | string | null;
  include_byok_in_limit?: boolean;
  creator_user_id?: string | null;
  /** False to leave the old key's guardrail unassigned. Default true. */
  guardrail?: boolean;
}

export interface PlanInput {
  /** The old key's guardrail. */
  guardrail?: GuardrailRef;
  /** For display. */
  workspaceName?: string;
  /** The key's full limit, USD, if an earlier rotation has reduced it and not restored it yet. */
  wholeLimit?: number;
  now: Date;
  choices?: RotationChoices;
}

/** A setting of the new key; `was` is the old key's value if it differs. */
export interface CarriedSetting {
  field: keyof KeyCreate | "guardrail";
  value: string | number | boolean | null;
  was?: string | number | boolean | null;
}

/** A property of the old key that the new key does not get. Amounts in USD. */
export type NotCarried =
  /** The new key's counters start at 0. */
  | { code: "usage"; usage: number; byok_usage: number }
  /** `/activity` and analytics keep the old key's rows under its hash. */
  | { code: "activity"; hash: string }
  /** The new key gets the full limit although part of it is spent: this refills the period's budget. */
  | { code: "budgetRefilled"; limit: number; remaining: number; limit_reset: string | null }
  /** The limit is used up: the new key can't spend before `until` (ISO 8601; if undefined, before its limit is raised). */
  | { code: "nothingRemains"; until?: string }
  /** The key's end user; OpenRouter sets it, a create can't. */
  | { code: "externalUser"; user: string }
  /** The old expiry has passed; the new key has none. */
  | { code: "expired"; expires_at: string }
  /** The old key is disabled; the new one is enabled. */
  | { code: "disabled" }
  /** The user chose not to assign the guardrail. */
  | { code: "guardrail"; id: string; name: string };

/** Why a rotation can't begin. */
export type PlanProblem = { code: "emptyName" } | { code: "invalidExpiry" | "pastExpiry"; expires_at: string };

export interface RotationPlan {
  body: KeyCreate;
  carried: CarriedSetting[];
  notCarried: NotCarried[];
  problems: PlanProblem[];
  guardrail?: GuardrailRef;
  restoreLimit?: Rotation["restoreLimit"];
}

/** Plans a rotation: the new key's settings, and what can't be carried over. Sends nothing. `key` must be fresh. */
export function planRotation(key: Key, input: PlanInput): RotationPlan {
  const { now, choices = {} } = input;
  const limit = planLimit(key, input);
  const expiry = planExpiry(key, choices.expiry === undefined ? "same" : choices.expiry, now);
  const name = formatRotatedName(choices.name, key.name, now);
  const creator = choices.creator_user_id === undefined ? key.creator_user_id : choices.creator_user_id;
  const body: KeyCreate = {
    name,
    limit: limit.limit,
    limit_reset: limit.reset,
    expires_at: expiry.expires_at,
    include_byok_in_limit: choices.include_byok_in_limit ?? key.include_byok_in_limit,
    // Omitted if the old key has none: the default workspace, or a personal account.
    ...(key.workspace_id ? { workspace_id: key.workspace_id } : {}),
    ...(creator ? { creator_user_id: creator } : {}),
  };
  const guardrail = choices.guardrail === false ? undefined : toGuardrailRef(input.guardrail);
  const external = key.external_user;
  const notCarried: NotCarried[] = [
    { code: "usage", usage: key.usage, byok_usage: key.byok_usage ?? 0 },
    { code: "activity", hash: key.hash },
    ...limit.notCarried,
    ...expiry.notCarried,
    ...(typeof external === "string" && external ? [{ code: "externalUser", user: external } as const] : []),
    ...(key.disabled ? [{ code: "disabled" } as const] : []),
    ...(input.guardrail && !guardrail ? [{ code: "guardrail", ...toGuardrailRef(input.guardrail)! } as const] : []),
  ];
  return {
    body,
    carried: describeSettings(key, body, input, guardrail),
    notCarried,
    problems: [...(name ? [] : [{ code: "emptyName" } as const]), ...expiry.problems],
    guardrail,
    restoreLimit: limit.restoreLimit,
  };
}

/** Builds the new key's name from a pattern; may be "". Placeholders inside the old name are not replaced. */
export function formatRotatedName(pattern = "{name}", name: string, now: Date): string {
  const filled = pattern.replace(/\{(name|date)\}/g, (_, field) => (field === "name" ? name : utcDay(now)));
  return filled.trim();
}

/**
 * Creates the record for `beginRotation`.
 * @throws InvalidInputError if the plan has a problem
 */
export function newRotation(
  key: Key,
  plan: RotationPlan,
  { id, now, account }: { id: string; now: Date; account?: string },
): Rotation {
  const [problem] = plan.problems;
  if (problem)
    throw new InvalidInputError(`The new key cannot be created: ${problem.code}.`, "Correct it, then rotate the key.");
  return {
    version: 2,
    account,
    id,
    step: "creating",
    startedAt: now.toISOString(),
    old: {
      hash: key.hash,
      name: key.name,
      label: key.label,
      disabled: key.disabled,
      usage: { usage: key.usage, byok_usage: key.byok_usage ?? 0 },
      workspace_id: key.workspace_id ?? undefined,
    },
    body: plan.body,
    guardrail: plan.guardrail,
    knownHashes: [],
    restoreLimit: plan.restoreLimit,
  };
}

/** Drops other fields: callers pass complete guardrails, and the journal should stay small. */
const toGuardrailRef = (guardrail: GuardrailRef | undefined) => guardrail && { id: guardrail.id, name: guardrail.name };

function planLimit(key: Key, { now, choices = {}, wholeLimit }: PlanInput) {
  const reset = choices.reset === undefined ? key.limit_reset : choices.reset;
  const notCarried: NotCarried[] = [];
  if (key.limit === null) return { limit: null, reset, notCarried };
  const limit = wholeLimit ?? key.limit;
  const remaining = dropFloatNoise(Math.max(0, key.limit_remaining ?? key.limit - (getLimitUsage(key) ?? 0)));
  if (choices.limit !== "remaining") {
    if (remaining < limit)
      notCarried.push({ code: "budgetRefilled", limit, remaining, limit_reset: key.limit_reset ?? null });
    return { limit, reset, notCarried };
  }
  // The reduced limit is for this period only; restore the full one at its end, if there is one.
  const from = reset ? getPeriodEnd(key.limit_reset, now)?.toISOString() : undefined;
  const restoreLimit = from && remaining < limit ? { limit, from } : undefined;
  if (remaining === 0) notCarried.push({ code: "nothingRemains", until: restoreLimit?.from });
  return { limit: remaining, reset, notCarried, restoreLimit };
}

function planExpiry(key: Key, choice: string | null, now: Date) {
  const notCarried: NotCarried[] = [];
  const problems: PlanProblem[] = [];
  const none = { expires_at: null, notCarried, problems };
  const wanted = choice === "same" ? key.expires_at : choice;
  if (!wanted) return none;
  const at = Date.parse(wanted);
  // In UTC: the API refuses other time zones.
  if (at > now.getTime()) return { ...none, expires_at: new Date(at).toISOString() };
  if (choice === "same") notCarried.push({ code: "expired", expires_at: wanted });
  else problems.push({ code: Number.isNaN(at) ? "invalidExpiry" : "pastExpiry", expires_at: wanted });
  return none;
}

/** Describes the settings for display: with names instead of ids. */
function describeSettings(
  key: Key,
  body: KeyCreate,
  input: PlanInput,
  guardrail: GuardrailRef | undefined,
): CarriedSetting[] {
  const setting = (
    field: CarriedSetting["field"],
    value: CarriedSetting["value"],
    was: CarriedSetting["value"],
  ): CarriedSetting => (value === was ? { field, value } : { field, value, was });
  const workspace = input.workspaceName ?? body.workspace_id;
  const sameTime = Date.parse(body.expires_at ?? "") === Date.parse(key.expires_at ?? "");
  return [
    setting("name", body.name, key.name),
    setting("limit", body.limit ?? null, key.limit),
    setting("limit_reset", body.limit_reset ?? null, key.limit_reset ?? null),
    setting("expires_at", body.expires_at ?? null, sameTime ? (body.expires_at ?? null) : (key.expires_at ?? null)),
    setting("include_byok_in_limit", body.include_byok_in_limit ?? false, key.include_byok_in_limit ?? false),
    ...(workspace ? [setting("workspace_id", workspace, workspace)] : []),
    setting("creator_user_id", body.creator_user_id ?? null, key.creator_user_id ?? null),
    ...(input.guardrail ? [setting("guardrail", guardrail?.name ?? null, input.guardrail.name)] : []),
  ];
}
