import * as vscode from "vscode";
import { deleteWorkspaceBudget, findBudget, NotFoundError } from "../../../openrouter/index.ts";
import { confirm } from "../../platform/dialogs.ts";
import { quoted } from "../../platform/quoted.ts";
import { workspaceStep } from "../../ui/fieldSteps.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { wizard } from "../../ui/wizard.ts";
import type { GuardrailServices } from "../services.ts";
import { type BudgetDraft, budgetReader, intervalStep } from "./budgetSteps.ts";
import { withoutBudget } from "./budgets.ts";
import { budgetTarget } from "./budgetTarget.ts";
import { budgetName, budgetText } from "./budgetTexts.ts";

/** Removes a workspace's budget after a question. `GET /workspaces/{id}/budgets`, then `DELETE …/{interval}` */
export async function removeWorkspaceBudget({ sessions }: GuardrailServices, row: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await sessions.for(row);
  const { given, workspaces, nameOf } = await budgetTarget(session, row);
  const readBudgets = budgetReader(session);
  const title = [t("Remove Workspace Budget"), nameOf(given.workspace_id)].filter(Boolean).join(": ");
  const draft = await wizard<BudgetDraft>(session, title, given, [
    ...(given.workspace_id ? [] : [workspaceStep<BudgetDraft>(workspaces)]),
    ...(given.interval ? [] : [intervalStep(readBudgets, { onlySet: true })]),
  ]);
  const { workspace_id = "", interval = "daily" } = draft;
  const { budgets } = await runWithProgress(t("Loading the budgets"), () => readBudgets(draft));
  const [name, workspace] = [budgetName(interval), quoted(nameOf(workspace_id))];
  const alreadyRemoved = () =>
    void vscode.window.showInformationMessage(
      t("The {0} budget of {1} isn't set; nothing was changed.", name, workspace),
    );
  const budget = findBudget(budgets, interval);
  if (!budget) return alreadyRemoved();
  const question = t("Remove the {0} budget of workspace {1}?", name, workspace);
  const detail = [
    t("It is {0}. The keys of the workspace will no longer share this limit.", budgetText(budget)),
    t("The other budgets, the limits of keys and the guardrails stay."),
  ];
  if (!(await confirm(session, question, t("Remove Budget"), detail, t("Keep Budget")))) return;
  const progress = t("Removing the {0} budget of {1}", name, workspace);
  try {
    await runWithProgress(progress, (signal) =>
      deleteWorkspaceBudget(session.client, workspace_id, interval, { signal }),
    );
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    alreadyRemoved();
  }
  session.data.budgets(workspace_id).change(withoutBudget(interval));
}
