import {
  collectWorkspaces,
  listWorkspaceBudgets,
  NotFoundError,
  type OpenRouterError,
  readWorkspaceBudgets,
  type Unreadable,
  type Workspace,
  type WorkspaceBudget,
} from "../../openrouter/index.ts";
import type { ToolContext } from "../defineTool.ts";
import { cell, joinLines, paginate, safeLine, table } from "../text.ts";
import { omittedText, unreadableText, workspaceText } from "../tools/coverage.ts";

interface Paging {
  offset?: number;
  limit?: number;
}

/** Lists all workspaces. `GET /workspaces`. */
export async function listWorkspacesText({ offset = 0, limit = 50 }: Paging, context: ToolContext): Promise<string> {
  const { data, unreadable } = await readWorkspaces(context);
  const { rows, note } = paginate(data, offset, limit);
  return joinLines(
    `${workspaceText(data)}. ${note}`,
    unreadableText(unreadable),
    table(
      [
        ["id", (workspace) => workspace.id],
        ["name", (workspace) => workspace.name],
        ["slug", (workspace) => workspace.slug],
        ["description", (workspace) => workspace.description],
        ["default_guardrail_id", (workspace) => workspace.default_guardrail_id],
        ["include_byok_in_budgets", (workspace) => workspace.include_byok_in_budgets],
        ["created_at", (workspace) => workspace.created_at],
      ],
      rows,
    ),
  );
}

function readWorkspaces({ client, signal }: ToolContext) {
  return collectWorkspaces(client, { signal }).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw error.withNextStep("This account has no workspaces that the API can list.");
  });
}

/** Maximum number of workspaces that are named because their budgets could not be read. */
const MAX_FAILED = 10;

interface BudgetRow {
  workspace: string;
  budget: WorkspaceBudget;
  includesByok: boolean | undefined;
}

interface Budgets {
  budgets: BudgetRow[];
  scope: string;
  failed?: { workspace: Workspace; error: OpenRouterError }[];
  unreadable?: Unreadable;
}

/** Lists the budgets of one or all workspaces. `GET /workspaces/{id}/budgets`. */
export async function listBudgetsText(
  { workspace, offset = 0, limit = 50 }: Paging & { workspace?: string },
  context: ToolContext,
): Promise<string> {
  const found = await (workspace ? readBudgetsOf(workspace, context) : readAllBudgets(context));
  const { budgets, scope, failed = [], unreadable } = found;
  const { rows, note } = paginate(budgets, offset, limit);
  return joinLines(
    `${budgets.length} budgets in ${scope}; limits in USD, shared by all keys of the workspace. ${note}`,
    omittedText({ unreadableWorkspaces: unreadable }),
    ...failed
      .slice(0, MAX_FAILED)
      .map(
        ({ workspace, error }) =>
          `The budgets of ${cell(workspace.slug)} could not be read and are omitted: ${safeLine(error.message)}`,
      ),
    failed.length > MAX_FAILED &&
      `The budgets of ${failed.length - MAX_FAILED} more workspaces could not be read and are omitted.`,
    rows.length > 0 &&
      table(
        [
          ["workspace", (row) => row.workspace],
          ["reset_interval", ({ budget }) => budget.reset_interval ?? "lifetime"],
          ["limit_usd", ({ budget }) => budget.limit_usd],
          ["include_byok_in_budgets", (row) => row.includesByok],
        ],
        rows,
      ),
  );
}

async function readBudgetsOf(workspace: string, { client, signal }: ToolContext): Promise<Budgets> {
  const { data, include_byok_in_budgets } = await listWorkspaceBudgets(client, workspace, { signal }).catch(
    throwUnknownWorkspace,
  );
  const includesByok = include_byok_in_budgets ?? undefined;
  return {
    budgets: data.map((budget) => ({ workspace, budget, includesByok })),
    scope: `the workspace ${cell(workspace)}`,
  };
}

function throwUnknownWorkspace(error: unknown): never {
  if (!(error instanceof NotFoundError)) throw error;
  throw error.withNextStep("Check the id or slug of the workspace against or_workspaces_list.");
}

/** @throws OpenRouterError if the budgets of no workspace could be read */
async function readAllBudgets(context: ToolContext): Promise<Budgets> {
  const { client, signal } = context;
  const { data, unreadable } = await readWorkspaces(context);
  const results = await readWorkspaceBudgets(client, data, { signal });
  const failed = results.flatMap(({ workspace, budgets }) =>
    budgets instanceof Error ? [{ workspace, error: budgets }] : [],
  );
  if (failed[0] && failed.length === results.length) throw failed[0].error;
  return {
    budgets: results.flatMap(({ workspace, budgets, includeByok }) =>
      budgets instanceof Error
        ? []
        : budgets.map((budget) => ({ workspace: workspace.slug, budget, includesByok: includeByok })),
    ),
    scope: failed.length > 0 ? `${data.length - failed.length} of ${workspaceText(data)}` : workspaceText(data),
    failed,
    unreadable,
  };
}
