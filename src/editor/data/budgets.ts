import type { Client, WorkspaceBudget } from "../../openrouter/index.ts";
import { createResource, type Resource, type ResourceHost } from "./resource.ts";

/** A workspace's budgets, USD. */
export interface BudgetsData {
  budgets: readonly WorkspaceBudget[];
  /** True if BYOK spend counts toward all of them; undefined if the API doesn't say. */
  includesByok: boolean | undefined;
}

export type BudgetsResource = Resource<BudgetsData>;

/** Returns a workspace's budgets without loading them: rows load them when they are opened. */
export type Budgets = (workspaceId: string) => BudgetsResource;

interface BudgetsOptions {
  client: Client;
  /** Of the account's session. */
  signal: AbortSignal;
  host: ResourceHost;
  /** Returns whether BYOK counts in a workspace: some deployments say it of the workspace only. */
  byokOfWorkspace(id: string): boolean | undefined;
}

/** Creates the budgets of an account's workspaces. `GET /workspaces/{id}/budgets` */
export function createBudgets({ client, signal, host, byokOfWorkspace }: BudgetsOptions): Budgets {
  const resources = new Map<string, BudgetsResource>();
  return (workspaceId) => {
    const known = resources.get(workspaceId);
    if (known) return known;
    const resource = createResource<BudgetsData>(
      {
        name: "Budgets",
        async read(options) {
          const { listWorkspaceBudgets } = await import("../../openrouter/index.ts");
          const { data, include_byok_in_budgets } = await listWorkspaceBudgets(client, workspaceId, options);
          return { budgets: data, includesByok: include_byok_in_budgets ?? byokOfWorkspace(workspaceId) };
        },
      },
      signal,
      host,
    );
    resources.set(workspaceId, resource);
    return resource;
  };
}
