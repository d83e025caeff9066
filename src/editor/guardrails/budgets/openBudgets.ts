import * as vscode from "vscode";
import type { AccountSession } from "../../data/accountData.ts";
import type { BudgetsResource } from "../../data/budgets.ts";
import type { Node } from "../../ui/node.ts";
import type { ResourceView } from "../../ui/resourceView.ts";
import type { BudgetNode } from "./budgetRows.ts";
import { budgetsRowId, type WatchedBudgets } from "./budgets.ts";

/** The budgets of workspaces, read when their row is opened. */
export interface OpenBudgets extends vscode.Disposable {
  budgets: WatchedBudgets;
  /** Returns the budgets in sight, which Refresh reloads. */
  inSight(session: AccountSession | undefined): BudgetsResource[];
}

/** Budgets older than this are read again when their row is opened. */
const STALE_MS = 60_000;

/** Reads budgets again when their row in the view is opened again. */
export function watchBudgets({ tree, draw }: Pick<ResourceView, "tree" | "draw">): OpenBudgets {
  const watched = new WeakSet<BudgetsResource>();
  const budgets: WatchedBudgets = ({ data }, workspaceId) => {
    const resource = data.budgets(workspaceId);
    if (!watched.has(resource)) resource.onDidChange(draw);
    watched.add(resource);
    return resource;
  };
  /** The ids of workspaces. */
  const opened = new Set<string>();

  /** Returns the budgets of the row that shows all of a workspace's. */
  function budgetsOf(node: Node): { id: string; resource: BudgetsResource } | undefined {
    const { budgetOf, session } = node as Partial<BudgetNode>;
    if (!budgetOf || !session || node.id !== budgetsRowId(budgetOf.id)) return undefined;
    return { id: budgetOf.id, resource: budgets(session, budgetOf.id) };
  }

  const listeners = vscode.Disposable.from(
    tree.onDidExpandElement(({ element }) => {
      const expanded = budgetsOf(element);
      if (!expanded) return;
      opened.add(expanded.id);
      const { resource } = expanded;
      // The first read is started by drawing the row's children.
      if (resource.current || resource.error !== undefined) void resource.ensure(STALE_MS);
    }),
    tree.onDidCollapseElement(({ element }) => opened.delete(budgetsOf(element)?.id ?? "")),
  );
  return {
    budgets,
    inSight(session) {
      // Ids of another account's workspaces may be left.
      const workspaces = session?.data.guardrails.current?.value.workspaces?.filter(({ id }) => opened.has(id)) ?? [];
      return session ? workspaces.map(({ id }) => budgets(session, id)) : [];
    },
    dispose: () => listeners.dispose(),
  };
}
