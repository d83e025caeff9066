import * as vscode from "vscode";
import {
  type BudgetInterval,
  budgetBounds,
  budgetIntervals,
  findBudget,
} from "../../../openrouter/guardrails/budgetOrder.ts";
import type { AccountSession } from "../../data/accountData.ts";
import type { BudgetsData } from "../../data/budgets.ts";
import { limitStep } from "../../ui/fieldSteps.ts";
import { pickOne } from "../../ui/pick.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { BACK, type WizardStep } from "../../ui/wizard.ts";
import { freshBudgets } from "./budgets.ts";
import { budgetName, budgetText, orderProblem, rangeText } from "./budgetTexts.ts";

export interface BudgetDraft {
  workspace_id?: string;
  interval?: BudgetInterval;
  /** USD. */
  limit_usd?: number;
  /** The budgets of the workspace as they were read in this flow. */
  read?: { workspace_id: string; data: BudgetsData };
}

/** Reads the chosen workspace's budgets, once in a flow. @throws the error of the read */
export type ReadBudgets = (state: BudgetDraft) => Promise<BudgetsData>;

export function budgetReader({ data }: AccountSession): ReadBudgets {
  return async ({ workspace_id = "", read }) =>
    read?.workspace_id === workspace_id ? read.data : freshBudgets(data.budgets(workspace_id));
}

/** Asks for the interval and shows the current budgets. @param onlySet offers only intervals that have a budget */
export function intervalStep(readBudgets: ReadBudgets, { onlySet = false } = {}): WizardStep<BudgetDraft> {
  return {
    async ask(state, position) {
      const reading = readBudgets(state);
      const items = reading.then(({ budgets }) => {
        const offered = budgetIntervals.filter((interval) => !onlySet || findBudget(budgets, interval));
        if (offered.length === 0) throw new Error(vscode.l10n.t("This workspace has no budget to remove."));
        return offered.map((value) => ({
          label: budgetName(value),
          description: budgetText(findBudget(budgets, value)),
          value,
        }));
      });
      const placeholder = vscode.l10n.t("Select a budget. All keys of the workspace share it");
      const active = (interval: BudgetInterval) => interval === state.interval;
      const interval = await pickOne(position, { items, placeholder, active });
      if (interval === BACK) return BACK;
      return { interval, read: { workspace_id: state.workspace_id ?? "", data: await reading } };
    },
  };
}

/** Asks for the limit in USD; refuses one that breaks the order of the budgets. */
export function amountStep(readBudgets: ReadBudgets): WizardStep<BudgetDraft> {
  return {
    async ask(state, position) {
      const t = vscode.l10n.t;
      const { workspace_id = "", interval = "daily" } = state;
      const data = await runWithProgress(t("Loading the budgets"), () => readBudgets(state));
      const bounds = budgetBounds(data.budgets, interval);
      const prompt = t("The {0} budget in USD, shared by all keys of the workspace", budgetName(interval));
      const answer = await limitStep<"limit_usd", BudgetDraft>("limit_usd", {
        prompt: [prompt, rangeText(bounds)].filter(Boolean).join(". "),
        before: findBudget(data.budgets, interval)?.limit_usd,
        required: true,
        check: (limit) => orderProblem(limit, bounds),
      }).ask(state, position);
      return answer === BACK ? BACK : { ...answer, read: { workspace_id, data } };
    },
  };
}
