import pMap from "p-map";
import { listWorkspaceBudgets } from "../endpoints/account.ts";
import { CONCURRENCY } from "../endpoints/collect.ts";
import { OpenRouterError } from "../errors.ts";
import type { Client, RequestOptions } from "../http/call.ts";
import type { Workspace, WorkspaceBudget } from "../schemas.ts";

/** The budgets of one workspace, or why they could not be read. */
export interface WorkspaceBudgetsResult {
  workspace: Workspace;
  budgets: readonly WorkspaceBudget[] | OpenRouterError;
  /** True where spend on own provider keys counts against all of them; undefined where the API does not say. */
  includeByok?: boolean;
}

/** The shared caps of each workspace, several workspaces at once. One that cannot be read fails alone. `GET /workspaces/{id}/budgets`. */
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
