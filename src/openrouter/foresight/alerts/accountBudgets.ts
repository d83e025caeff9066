import { getKeyStatus } from "../../keys/keyStatus.ts";
import { type AppliedGuardrail, type GuardrailSources, guardrailsByKey } from "../../safety/appliedGuardrails.ts";
import { type Budget, isShared, listBudgets, type SharedBudgets } from "../../safety/budgets.ts";
import type { Key } from "../../schemas.ts";
import type { AccountBudget } from "./model.ts";

interface BudgetSources {
  keys: readonly Key[];
  /** When the keys were read. */
  readAt: Date;
  /** Undefined if they are unknown. */
  guardrails: GuardrailSources | undefined;
  /** Returns the budgets of a workspace; undefined if they are unknown. */
  budgetsOf(workspaceId: string): SharedBudgets | undefined;
  now: Date;
}

/**
 * Lists the limits and budgets of all keys, each once: a budget that several keys share belongs to all of them. Leaves out
 * those of keys that are disabled or expired, which spend nothing. Pure.
 */
export function listAccountBudgets({ keys, readAt, guardrails, budgetsOf, now }: BudgetSources): AccountBudget[] {
  const appliedTo = guardrails ? guardrailsByKey(guardrails) : () => ({ applied: [] });
  const budgets = new Map<string, AccountBudget>();
  const groups = new Set<string>();
  for (const key of keys) {
    const isActive = getKeyStatus(key, now) === "active";
    const { applied } = appliedTo(key);
    // Adding up what keys share is done for the first of them only.
    const isFirst = addAll(groups, groupsOf(key, applied));
    const workspace = isFirst ? budgetsOf(key.workspace_id ?? "") : undefined;
    for (const budget of listBudgets({ key, applied, workspace, keys: isFirst ? keys : [key], readAt, now })) {
      if (!isActive && !isShared(budget)) continue;
      const id = idOf(key, budget);
      if (!budgets.has(id)) budgets.set(id, { id, budget, key });
    }
  }
  return [...budgets.values()];
}

/** What the key shares with others: its workspace, and its creator's keys under each guardrail. */
function groupsOf(key: Key, applied: readonly AppliedGuardrail[]): string[] {
  return [
    JSON.stringify([key.workspace_id]),
    ...applied.map(({ guardrail }) => JSON.stringify([key.workspace_id, key.creator_user_id, guardrail.id])),
  ];
}

/** Returns true if one of the items is new. */
function addAll<T>(set: Set<T>, items: readonly T[]): boolean {
  const before = set.size;
  for (const item of items) set.add(item);
  return set.size > before;
}

function idOf(key: Key, { source, reset }: Budget): string {
  if (source.kind === "key") return `key:${key.hash}`;
  if (source.kind === "workspace") return `workspace:${key.workspace_id}:${reset}`;
  const { guardrail, binding } = source.from;
  const of = source.per === "key" ? `key:${key.hash}` : `member:${key.creator_user_id}`;
  // A workspace's default counts the member's keys in that workspace.
  return `guardrail:${guardrail.id}:${of}${binding === "workspaceDefault" ? `:${key.workspace_id}` : ""}`;
}
