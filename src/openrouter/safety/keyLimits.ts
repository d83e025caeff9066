// Puts together everything that limits a key, and says what is unknown of it. Pure; USD and UTC.
import { getKeyStatus, type KeyStatus } from "../keys/keyStatus.ts";
import type { Key } from "../schemas.ts";
import { type AppliedGuardrails, type GuardrailSources, guardrailsByKey } from "./appliedGuardrails.ts";
import { type Budget, firstToRunOut, isShared, listBudgets, type SharedBudgets } from "./budgets.ts";
import { combineGuardrails, type EffectiveRules } from "./effectiveRules.ts";
import type { NameCatalog } from "./slugs.ts";

/** What is unknown: it may limit the key, too. */
export type LimitGap =
  /** The guardrails or their assignments couldn't be read. */
  | "guardrails"
  /** Some guardrails, assignments or workspaces couldn't be read. */
  | "someGuardrails"
  /** A guardrail that is assigned to the key or its creator is not in the list. */
  | "unreadGuardrail"
  /** The key's workspace couldn't be read, so that its default guardrail and budgets are unknown. */
  | "workspaces"
  /** The workspace's budgets couldn't be read. */
  | "workspaceBudgets"
  /** Some keys couldn't be read, so that the sums of a member's or a workspace's keys are too low. */
  | "someKeys"
  /** The spend of a budget is unknown. */
  | "spend";

export interface KeyLimitSources {
  key: Key;
  /** All keys of the account that were read. */
  keys: readonly Key[];
  /** True if keys are missing in the list. */
  keysIncomplete?: boolean;
  /** When the keys were read. */
  readAt: Date;
  /** Undefined if they couldn't be read. */
  guardrails: GuardrailSources | undefined;
  /** True if guardrails or assignments are missing in the lists. */
  guardrailsIncomplete?: boolean;
  /** The budgets of the key's workspace; undefined if they couldn't be read. */
  workspace: SharedBudgets | undefined;
  /** Resolves the names in lists of models and providers. */
  catalog?: NameCatalog;
  now: Date;
}

export interface KeyLimits extends AppliedGuardrails {
  key: Key;
  status: KeyStatus;
  /** The key's limit, then the budgets of guardrails, then those of the workspace. */
  budgets: readonly Budget[];
  /** The one that runs out first, of which an unknown amount may be left; undefined if it can't be told. */
  first: Budget | undefined;
  rules: EffectiveRules;
  gaps: readonly LimitGap[];
}

export function getKeyLimits(sources: KeyLimitSources): KeyLimits {
  const { key, keys, readAt, guardrails, workspace, now } = sources;
  const { applied, unread } = guardrails ? guardrailsByKey(guardrails)(key) : { applied: [], unread: [] };
  const budgets = listBudgets({ key, applied, workspace, keys, readAt, now });
  const isWorkspaceKnown = guardrails?.workspaces?.some(({ id }) => id === key.workspace_id) ?? false;
  const gaps: [LimitGap, boolean][] = [
    ["guardrails", guardrails === undefined],
    ["someGuardrails", sources.guardrailsIncomplete === true && guardrails !== undefined],
    ["unreadGuardrail", unread.length > 0],
    ["workspaces", guardrails !== undefined && !isWorkspaceKnown],
    ["workspaceBudgets", workspace === undefined],
    ["someKeys", sources.keysIncomplete === true && budgets.some(isShared)],
    ["spend", budgets.some(({ remaining }) => remaining === undefined)],
  ];
  return {
    key,
    status: getKeyStatus(key, now),
    applied,
    unread,
    isIncomplete: !isWorkspaceKnown || sources.guardrailsIncomplete,
    budgets,
    first: firstToRunOut(budgets),
    rules: combineGuardrails(applied, sources.catalog),
    gaps: gaps.filter(([, isOpen]) => isOpen).map(([gap]) => gap),
  };
}
