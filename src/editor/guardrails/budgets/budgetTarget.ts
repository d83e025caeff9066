import * as vscode from "vscode";
import type { Workspace } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import { guardrailsData } from "../pickGuardrail.ts";
import type { BudgetNode } from "./budgetRows.ts";
import type { BudgetDraft } from "./budgetSteps.ts";

export interface BudgetTarget {
  /** The workspaces to choose from. */
  workspaces: readonly Workspace[];
  /** What the row settles on which the command was run. */
  given: BudgetDraft;
  nameOf(workspaceId: string | undefined): string;
}

/** @throws Error if the workspaces can't be read */
export async function budgetTarget(session: AccountSession, row: unknown): Promise<BudgetTarget> {
  const { workspaces = [] } = await guardrailsData(session);
  if (workspaces.length === 0)
    throw new Error(vscode.l10n.t("This account's workspaces can't be read, so their budgets can't be changed."));
  const { budgetOf, interval } = (row ?? {}) as Partial<BudgetNode>;
  const only = workspaces.length === 1 ? workspaces[0] : undefined;
  const names = workspaceNames(workspaces);
  return {
    workspaces,
    given: { workspace_id: (budgetOf ?? only)?.id, interval },
    nameOf: (id) => names.get(id ?? "") ?? "",
  };
}
