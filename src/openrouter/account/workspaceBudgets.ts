import pMap from "p-map";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { listWorkspaceBudgets } from "../endpoints/workspaceBudgets.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Workspace, WorkspaceBudget } from "../schemas.ts";

/** The budgets of one workspace, or the error that occurred while reading them. */
export interface WorkspaceBudgetsResult {
  workspace: Workspace;
  budgets: readonly WorkspaceBudget[] | OpenRouterError;
  /** True if BYOK spend counts toward all of them; undefined if the API doesn't say. */
  includeByok?: boolean;
}

/** Reads the shared budgets of each workspace in parallel; an error affects only its workspace. `GET /workspaces/{id}/budgets`. */
export function readWorkspaceBudgets(
  client: Client,
  workspaces: readonly Workspace[],
  options?: RequestOptions,
): Promise<WorkspaceBudgetsResult[]> {
  const read = async (workspace: Workspace): Promise<WorkspaceBudgetsResult> => {
    try {
      const { data, include_byok_in_budgets } = await listWorkspaceBudgets(client, workspace.id, options);
      return {
        workspace,
        budgets: data,
        includeByok: include_byok_in_budgets ?? workspace.include_byok_in_budgets ?? undefined,
      };
    } catch (error) {
      if (error instanceof OpenRouterError) return { workspace, budgets: error };
      throw error;
    }
  };
  return pMap(workspaces, read, { concurrency: CONCURRENCY });
}
