import * as vscode from "vscode";
import {
  type BudgetInterval,
  budgetIntervals,
  findBudget,
  intervalOfBudget,
} from "../../../openrouter/guardrails/budgetOrder.ts";
import type { Workspace, WorkspaceBudget } from "../../../openrouter/index.ts";
import { formatExactMoney, formatLimit, formatTime } from "../../../openrouter/text/format.ts";
import type { SessionBound } from "../../account/session.ts";
import type { AccountData, AccountSession } from "../../data/accountData.ts";
import type { BudgetsData, BudgetsResource } from "../../data/budgets.ts";
import { workspaceName } from "../../data/describeKey.ts";
import { shortLimitText } from "../../keys/keyText.ts";
import { commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type Node, row } from "../../ui/node.ts";
import { textTable } from "../../ui/textTable.ts";
import { budgetsRowId, type WatchedBudgets } from "./budgets.ts";
import { budgetName, budgetText } from "./budgetTexts.ts";

/** A row of a workspace's budgets, or of one of them. Commands take workspace and interval from it. */
export interface BudgetNode extends Node, SessionBound<AccountData> {
  readonly budgetOf: Workspace;
  /** Undefined for the row of all budgets. */
  readonly interval?: BudgetInterval;
}

/** The row of a workspace's budgets. They are read when it is opened. */
export function budgetsRow(
  session: AccountSession,
  workspace: Workspace,
  budgets: WatchedBudgets,
  parent?: Node,
): BudgetNode {
  const t = vscode.l10n.t;
  const resource = budgets(session, workspace.id);
  const label = t("Budgets");
  const name = nameOf(session, workspace);
  const description = resource.current ? summary(resource.current.value) : undefined;
  const node: BudgetNode = {
    ...row({
      id: budgetsRowId(workspace.id),
      label,
      description,
      parent,
      icon: "credit-card",
      context: "budgets",
      ariaLabel: [t("Budgets of workspace {0}", name), description].filter(Boolean).join(", "),
      tooltip: t("Spending limits in USD that all keys of {0} share.", name),
      children: () => children(node, resource),
    }),
    session,
    budgetOf: workspace,
  };
  return node;
}

function nameOf(session: AccountSession, { id, name }: Workspace): string {
  return workspaceName(session, id) ?? safeLabel(name);
}

/** For example "$150/day, $25,000 lifetime". */
function summary({ budgets }: BudgetsData): string {
  const texts = [...budgets]
    .sort((a, b) => position(a) - position(b))
    .map(({ limit_usd, reset_interval }) =>
      reset_interval === null
        ? `${formatLimit(limit_usd, displayLocale())} ${budgetName("lifetime")}`
        : shortLimitText(limit_usd, reset_interval),
    );
  return texts.join(", ") || vscode.l10n.t("none");
}

function position(budget: WorkspaceBudget): number {
  const index = (budgetIntervals as readonly string[]).indexOf(intervalOfBudget(budget));
  return index < 0 ? budgetIntervals.length : index;
}

/** Starts the first read. Later ones are started by Refresh, and when the row is opened again. */
function children(parent: BudgetNode, resource: BudgetsResource): Node[] {
  const { current, failure, loading } = resource;
  if (!current && !loading && resource.error === undefined) void resource.load();
  const failed = failure === undefined || loading ? [] : [failedRow(parent, failure, current !== undefined)];
  if (!current) return failed.length > 0 ? failed : [loadingRow(parent)];
  const { budgets, includesByok } = current.value;
  const isKnown = (budget: WorkspaceBudget) => position(budget) < budgetIntervals.length;
  return [
    ...failed,
    ...budgetIntervals.map((interval) => budgetRow(parent, interval, findBudget(budgets, interval), current.readAt)),
    ...budgets.filter((budget) => !isKnown(budget)).map((budget, i) => unknownRow(parent, budget, i)),
    ...(includesByok === undefined ? [] : [byokRow(parent, includesByok)]),
  ];
}

function budgetRow(
  parent: BudgetNode,
  interval: BudgetInterval,
  budget: WorkspaceBudget | undefined,
  readAt: Date,
): BudgetNode {
  const t = vscode.l10n.t;
  const label = capitalized(budgetName(interval));
  const locale = displayLocale();
  const description = budgetText(budget);
  return {
    ...row({
      id: `${parent.id}:${interval}`,
      label,
      description,
      parent,
      icon: budget ? "dashboard" : "circle-outline",
      context: ["budget", ...(budget ? ["isSet"] : [])].join(" "),
      tooltip: () =>
        textTable(t("{0} budget of {1}", label, nameOf(parent.session, parent.budgetOf)), [
          [t("Limit"), budget ? formatExactMoney(budget.limit_usd, locale) : t("not set")],
          [t("Applies to"), t("all keys of the workspace together")],
          [t("Read at"), formatTime(readAt, locale)],
        ]),
    }),
    session: parent.session,
    budgetOf: parent.budgetOf,
    interval,
  };
}

/** A budget whose interval this version doesn't know. */
function unknownRow(parent: BudgetNode, budget: WorkspaceBudget, index: number): Node {
  const label = safeLabel(intervalOfBudget(budget));
  const description = formatLimit(budget.limit_usd, displayLocale());
  return row({ id: `${parent.id}:other:${index}`, label, description, parent, icon: "dashboard" });
}

function byokRow(parent: BudgetNode, includesByok: boolean): Node {
  const t = vscode.l10n.t;
  return row({
    id: `${parent.id}:byok`,
    label: t("BYOK"),
    description: includesByok ? t("counts toward all budgets") : t("doesn't count"),
    parent,
    icon: "info",
  });
}

function loadingRow(parent: BudgetNode): Node {
  return row({ id: `${parent.id}:loading`, label: vscode.l10n.t("Loading…"), parent, icon: "loading~spin" });
}

/** @param isStale true if the budgets below are from an earlier read */
function failedRow(parent: BudgetNode, failure: string, isStale: boolean): Node {
  const t = vscode.l10n.t;
  const label = isStale ? t("Not refreshed") : t("Couldn't load the budgets");
  return row({
    id: `${parent.id}:failed`,
    label,
    description: failure,
    parent,
    icon: "warning",
    iconColor: "list.warningForeground",
    tooltip: `${failure}\n${t("Click to try again.")}`,
    command: { command: commandIds.refreshGuardrails, title: t("Refresh") },
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase(displayLocale()) + text.slice(1);
}
