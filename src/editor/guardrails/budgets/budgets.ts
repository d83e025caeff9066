import { ClientEndedError } from "../../../openrouter/errors.ts";
import { type BudgetInterval, intervalOfBudget } from "../../../openrouter/guardrails/budgetOrder.ts";
import type { WorkspaceBudget } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { createResource, type Resource, type ResourceHost } from "../../data/resource.ts";

/** A workspace's budgets, USD. */
export interface BudgetsData {
  budgets: readonly WorkspaceBudget[];
  /** True if BYOK spend counts toward all of them; undefined if the API doesn't say. */
  includesByok: boolean | undefined;
}

export type BudgetsResource = Resource<BudgetsData>;

/** Returns a workspace's budgets without loading them: views load them when their row is opened. */
export type Budgets = (session: AccountSession, workspaceId: string) => BudgetsResource;

/** The id of the row with a workspace's budgets. */
export const budgetsRowId = (workspaceId: string): string => `budgets:${workspaceId}`;

/** @param changed called when budgets were read or changed */
export function createBudgets(host: ResourceHost, changed: () => void): Budgets {
  const bySession = new WeakMap<AccountSession, Map<string, BudgetsResource>>();
  return (session, workspaceId) => {
    const resources = bySession.get(session) ?? new Map<string, BudgetsResource>();
    bySession.set(session, resources);
    const known = resources.get(workspaceId);
    if (known) return known;
    const resource = createResource<BudgetsData>(
      {
        name: "Budgets",
        async read(options) {
          const { listWorkspaceBudgets } = await import("../../../openrouter/index.ts");
          const { data, include_byok_in_budgets } = await listWorkspaceBudgets(session.client, workspaceId, options);
          return { budgets: data, includesByok: include_byok_in_budgets ?? byokOfWorkspace(session, workspaceId) };
        },
      },
      session.signal,
      host,
    );
    resource.onDidChange(changed);
    resources.set(workspaceId, resource);
    return resource;
  };
}

/** Some deployments say it of the workspace only. */
function byokOfWorkspace({ data: { guardrails, keys } }: AccountSession, id: string): boolean | undefined {
  const workspaces = guardrails.current?.value.workspaces ?? keys.current?.value.workspaces;
  return workspaces?.find((one) => one.id === id)?.include_byok_in_budgets ?? undefined;
}

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
