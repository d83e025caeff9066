// Limits that apply without an assignment: default guardrails and workspace budgets.
import {
  type Client,
  findOwnerOfDefault,
  type Guardrail,
  listAllWorkspaces,
  type RequestOptions,
  readWorkspaceBudgets,
  resetPeriods,
  type Workspace,
  type WorkspaceBudgetsResult,
} from "../../openrouter/index.ts";
import { cell, joinLines } from "../text.ts";

/** Maximum number of workspaces named in a result. */
const MAX_NAMED = 20;

/** Says what a default guardrail applies to besides its assignments. */
export const defaultGuardrailText = ({ slug }: Workspace): string =>
  `the default guardrail of the workspace ${cell(slug)}: it applies to every key and member there without its own assignment`;

/** Explains the 404 of `GET /guardrails/{id}` for a default guardrail that is not configured yet. */
export const unconfiguredText = (id: string, workspace: Workspace): string =>
  `${id} is ${defaultGuardrailText(workspace)}. It is in force but not configured yet: the API returns 404 until or_guardrail_update configures it.`;

/** Returns the workspace that each guardrail is the default of, and notes about default guardrails. */
export function describeDefaultGuardrails(
  guardrails: readonly Guardrail[],
  workspaces: readonly Workspace[] | undefined,
) {
  const owner = findOwnerOfDefault(workspaces);
  const owned = guardrails.flatMap(({ id }) => owner(id) ?? []);
  const unconfigured = (workspaces ?? []).filter((one) => one.default_guardrail_id && !owned.includes(one));
  const ids = joinFirst(unconfigured, (one) => `${cell(one.slug)} ${cell(one.default_guardrail_id)}`, ", ");
  return {
    ownerSlug: (guardrail: Guardrail) => owner(guardrail.id)?.slug,
    notes: joinLines(
      owned.length > 0 &&
        "default_of: the guardrail applies to every key and member of that workspace without its own assignment.",
      unconfigured.length > 0 &&
        `Default guardrails that are not configured yet (configure with or_guardrail_update): ${ids}.`,
    ),
  };
}

/** Describes the budgets of all workspaces; empty if there are no workspaces or they can't be listed. */
export async function budgetsText(client: Client, options: RequestOptions): Promise<string> {
  const workspaces = await listAllWorkspaces(client, options);
  if (!workspaces?.length) return "";
  const results = await readWorkspaceBudgets(client, workspaces, options);
  const failed = results.filter(({ budgets }) => budgets instanceof Error);
  const configured = results.filter(({ budgets }) => !(budgets instanceof Error) && budgets.length > 0);
  const [first] = failed;
  return joinLines(
    configured.length > 0
      ? `Workspace budgets, USD (shared limits, enforced in addition to guardrails): ${joinFirst(configured, budgetText, "; ")}.`
      : failed.length === 0 && "No workspace has a budget.",
    first &&
      `The budgets of ${joinFirst(failed, ({ workspace }) => cell(workspace.slug), ", ")} could not be read: ${cell((first.budgets as Error).message)}`,
  );
}

function budgetText({ workspace, budgets, includeByok }: WorkspaceBudgetsResult): string {
  if (budgets instanceof Error) return "";
  const intervals: readonly string[] = resetPeriods;
  const order = (interval: string | null) => (interval === null ? intervals.length : intervals.indexOf(interval));
  const limits = [...budgets]
    .sort((a, b) => order(a.reset_interval) - order(b.reset_interval))
    .map((budget) => `${cell(budget.reset_interval ?? "lifetime")} ${budget.limit_usd}`);
  const byok = includeByok === undefined ? "" : ` (include_byok_in_budgets ${includeByok})`;
  return `${cell(workspace.slug)} ${limits.join(", ")}${byok}`;
}

function joinFirst<T>(items: readonly T[], text: (item: T) => string, separator: string): string {
  const rest = items.length - MAX_NAMED;
  return [...items.slice(0, MAX_NAMED).map(text), ...(rest > 0 ? [`and ${rest} more`] : [])].join(separator);
}
