import * as vscode from "vscode";
import { findBudget, setWorkspaceBudget as put } from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { sharedLimitWarnings } from "../../keys/limitWarnings.ts";
import { runRetriable } from "../../platform/retryAction.ts";
import { workspaceStep } from "../../ui/fieldSteps.ts";
import { exactLimitText } from "../../ui/limitText.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { type Review, reviewStep } from "../../ui/reviewStep.ts";
import { wizard } from "../../ui/wizard.ts";
import type { GuardrailServices } from "../services.ts";
import { amountStep, type BudgetDraft, budgetReader, intervalStep, type ReadBudgets } from "./budgetSteps.ts";
import { withBudget } from "./budgets.ts";
import { type BudgetTarget, budgetTarget } from "./budgetTarget.ts";
import { budgetName } from "./budgetTexts.ts";

/** Asks for a workspace's budget and sets it after a review. `GET`, then `PUT /workspaces/{id}/budgets/{interval}` */
export async function setWorkspaceBudget({ sessions }: GuardrailServices, row: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await sessions.for(row);
  const target = await budgetTarget(session, row);
  const { given, workspaces, nameOf } = target;
  // For the warning about a budget that is already spent.
  const readingKeys = session.data.keys.ensure();
  const readAll = budgetReader(session);
  const readBudgets: ReadBudgets = async (state) => (await Promise.all([readAll(state), readingKeys]))[0];
  const title = [t("Set Workspace Budget"), nameOf(given.workspace_id)].filter(Boolean).join(": ");
  const draft = await wizard<BudgetDraft>(session, title, given, [
    ...(given.workspace_id ? [] : [workspaceStep<BudgetDraft>(workspaces)]),
    ...(given.interval ? [] : [intervalStep(readBudgets)]),
    amountStep(readBudgets),
    reviewStep<BudgetDraft>(t("Set Budget"), (state) => review(session, target, state)),
  ]);
  const { workspace_id = "", interval = "daily", limit_usd = 0 } = draft;
  if (budgetBefore(draft)?.limit_usd === limit_usd) {
    requireLive(session);
    const text = t("The {0} budget of {1} is already set this way; nothing was sent.", ...namesOf(target, draft));
    return void vscode.window.showInformationMessage(text);
  }
  const progress = t("Setting the {0} budget of {1}", ...namesOf(target, draft));
  const send = () =>
    runWithProgress(progress, (signal) => put(session.client, workspace_id, { interval, limit_usd }, { signal }));
  await runRetriable(send, (budget) => session.data.budgets(workspace_id).change(withBudget(budget)));
}

function budgetBefore({ read, interval = "daily" }: BudgetDraft) {
  return read && findBudget(read.data.budgets, interval);
}

function namesOf({ nameOf }: BudgetTarget, { workspace_id, interval = "daily" }: BudgetDraft): [string, string] {
  return [budgetName(interval), nameOf(workspace_id)];
}

function review(session: AccountSession, target: BudgetTarget, draft: BudgetDraft): Review {
  const t = vscode.l10n.t;
  const { keys = [] } = session.data.keys.current?.value ?? {};
  const { limit_usd = 0, read } = draft;
  const [interval, workspace] = namesOf(target, draft);
  const includesByok = read?.data.includesByok;
  const before = budgetBefore(draft);
  const reset = draft.interval === "lifetime" ? null : draft.interval;
  const inWorkspace = keys.filter(({ workspace_id }) => workspace_id === draft.workspace_id);
  return {
    lines: [
      { field: "workspace_id", value: workspace },
      { field: t("Budget"), value: interval },
      {
        field: "limit_usd",
        value: `${before ? exactLimitText(before.limit_usd) : t("not set")} → ${exactLimitText(limit_usd)}`,
      },
    ],
    warnings: sharedLimitWarnings(inWorkspace, { limit: limit_usd, reset, includesByok }, session.client.now()),
    notes: [
      t("All keys of {0} share it. Once it is spent, their requests are refused.", workspace),
      ...(includesByok === undefined
        ? []
        : [includesByok ? t("BYOK spend counts toward it.") : t("BYOK spend doesn't count toward it.")]),
    ],
  };
}
