import { ClientEndedError } from "../../../openrouter/errors.ts";
import { type BudgetInterval, intervalOfBudget } from "../../../openrouter/guardrails/budgetOrder.ts";
import type { WorkspaceBudget } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import type { BudgetsData, BudgetsResource } from "../../data/budgets.ts";

/** Returns a workspace's budgets, and draws the view again when they change. */
export type WatchedBudgets = (session: AccountSession, workspaceId: string) => BudgetsResource;

/** The id of the row with a workspace's budgets. */
export const budgetsRowId = (workspaceId: string): string => `budgets:${workspaceId}`;

/** Reads a workspace's budgets again. @throws the error of the read, or ClientEndedError if the account was switched */
export async function freshBudgets(resource: BudgetsResource): Promise<BudgetsData> {
  await resource.load({ fresh: true });
  // A newer load may have superseded this one; wait for it.
  await resource.ensure();
  if (resource.error !== undefined || !resource.current) throw resource.error ?? new ClientEndedError();
  return resource.current.value;
}

/** Adds or replaces a budget. */
export function withBudget(budget: WorkspaceBudget): (data: BudgetsData) => BudgetsData {
  return (data) => ({
    ...data,
    budgets: [...data.budgets.filter((one) => intervalOfBudget(one) !== intervalOfBudget(budget)), budget],
  });
}

/** Removes a budget. */
export function withoutBudget(interval: BudgetInterval): (data: BudgetsData) => BudgetsData {
  return (data) => ({ ...data, budgets: data.budgets.filter((one) => intervalOfBudget(one) !== interval) });
}
