import * as vscode from "vscode";
import { isUnconfigured } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import type { Guardrail, Workspace } from "../../../openrouter/index.ts";
import { nameComparator } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { derived } from "../../data/derived.ts";
import { guardrailName } from "../../data/guardrailNames.ts";
import { workspaceNames } from "../../data/workspaceNames.ts";
import { displayLocale } from "../../platform/locale.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { countText, guardrailsText } from "../../ui/countTexts.ts";
import { type Node, row } from "../../ui/node.ts";
import type { ResourceView } from "../../ui/resourceView.ts";
import { textFilter } from "../../ui/textFilter.ts";
import { allGuardrails } from "../allGuardrails.ts";
import { bindingsById } from "../bindings.ts";
import { budgetsRow } from "../budgets/budgetRows.ts";
import type { WatchedBudgets } from "../budgets/budgets.ts";
import { type OpenBudgets, watchBudgets } from "../budgets/openBudgets.ts";
import { guardrailRow, searchTexts } from "./guardrailRows.ts";
import type { GuardrailContext, GuardrailNode } from "./nodes.ts";

interface GuardrailRootsOptions {
  /** Shows only the guardrails that match all its words. */
  filter: string;
  /** Reads the budgets of workspaces whose row is opened. */
  budgets: WatchedBudgets;
}

/** The rows of the Guardrails view. */
export interface GuardrailRoots {
  roots: Node[];
  /** Returns the row of a guardrail, if it is shown. */
  nodeOf(id: string): GuardrailNode | undefined;
}

/** Creates the rows and the message of the Guardrails view. */
export interface GuardrailRows extends vscode.Disposable {
  roots(session: AccountSession, filter: string): GuardrailRoots;
  message(session: AccountSession, filter: string): string | undefined;
  openBudgets: OpenBudgets["inSight"];
}

export function createGuardrailRows(view: Pick<ResourceView, "tree" | "draw">): GuardrailRows {
  const { budgets, inSight, dispose } = watchBudgets(view);
  return {
    roots: (session, filter) => guardrailRoots(session, { filter, budgets }),
    message,
    openBudgets: inSight,
    dispose,
  };
}

/** Creates the rows, grouped by workspace if there are several: the workspace's default, its budgets, the others by name. */
function guardrailRoots(session: AccountSession, { filter, budgets }: GuardrailRootsOptions): GuardrailRoots {
  const data = session.data.guardrails.current?.value;
  const context = guardrailContext(session);
  const nodes = new Map<string, GuardrailNode>();
  const order = nameComparator(displayLocale());
  const isDefault = ({ id }: Guardrail) => context.bindings(id).defaultOf !== undefined;
  const sorted = selectGuardrails(context, filter)
    .visible.map((guardrail) => ({ guardrail, name: guardrailName(guardrail, session) }))
    .sort((a, b) => order(a.name, b.name) || (a.guardrail.id < b.guardrail.id ? -1 : 1))
    .map(({ guardrail }) => guardrail);

  function rows(guardrails: readonly Guardrail[], workspace?: Workspace, parent?: Node): Node[] {
    const rowOf = (guardrail: Guardrail) => {
      const node = guardrailRow(guardrail, context, parent);
      nodes.set(guardrail.id, node);
      return node;
    };
    return [
      ...guardrails.filter(isDefault).map(rowOf),
      ...(workspace ? [budgetsRow(session, workspace, budgets, parent)] : []),
      ...guardrails.filter((guardrail) => !isDefault(guardrail)).map(rowOf),
    ];
  }

  function group(id: string, guardrails: readonly Guardrail[], workspace?: Workspace): Node {
    const label = context.workspace(id) ?? vscode.l10n.t("Other workspaces");
    // A default guardrail that was never changed restricts nothing, and OpenRouter doesn't list it.
    const description = guardrailsText(guardrails.filter((one) => !isUnconfigured(one)).length);
    const node: Node = {
      ...row({
        id: `guardrailWorkspace:${id}`,
        label,
        description,
        icon: "layers",
        expanded: true,
        context: workspace ? "workspace" : "otherWorkspaces",
        ariaLabel: vscode.l10n.t("Workspace {0}, {1}", label, description),
        children: () => children,
      }),
      // Commands on budgets take the workspace from it.
      ...(workspace && { session, budgetOf: workspace }),
    };
    // Created at once, so that `nodeOf` finds them.
    const children = rows(guardrails, workspace, node);
    return node;
  }

  function roots(): Node[] {
    const workspaces = data?.workspaces ?? [];
    if (filter && sorted.length === 0) return [];
    if (workspaces.length < 2) return rows(sorted, workspaces[0]);
    const ids = new Set(workspaces.map(({ id }) => id));
    const groupOf = ({ id, workspace_id }: Guardrail) => context.bindings(id).defaultOf?.id ?? workspace_id ?? "";
    const byWorkspace = Map.groupBy(sorted, (guardrail) => (ids.has(groupOf(guardrail)) ? groupOf(guardrail) : ""));
    const others = byWorkspace.get("") ?? [];
    return [
      ...workspaces
        .filter(({ id }) => !filter || byWorkspace.has(id))
        .map((workspace) => group(workspace.id, byWorkspace.get(workspace.id) ?? [], workspace)),
      ...(others.length ? [group("", others)] : []),
    ];
  }

  return { roots: roots(), nodeOf: (id) => nodes.get(id) };
}

/** Says how many guardrails match the filter, or why there are few. */
function message(session: AccountSession, filter: string): string | undefined {
  const t = vscode.l10n.t;
  const { current } = session.data.guardrails;
  // Rows of workspaces' defaults and budgets hide the welcome content, and so would a message.
  const isEmpty = current?.complete && current.value.guardrails.length === 0 && !current.value.unreadable;
  if (isEmpty && !current.value.workspaces?.length) return undefined;
  return (
    [
      isEmpty && t("No guardrails yet"),
      current?.value.workspaces === undefined && t("Only the default workspace can be shown"),
      filter && filterText(session, filter),
      filter && namesAreMissing(session) && t("Names of keys and members couldn't be loaded to search them"),
    ]
      .filter(Boolean)
      .join(" · ") || undefined
  );
}

/** True if a filter can't find what the keys and members would tell. */
function namesAreMissing({ data: { keys, members } }: AccountSession): boolean {
  return [keys, members].some(({ current, error }) => !current && error !== undefined);
}

function filterText(session: AccountSession, filter: string): string {
  const t = vscode.l10n.t;
  const { visible, all } = selectGuardrails(guardrailContext(session), filter);
  const text = safeLabel(filter);
  return visible.length === 0
    ? t("No guardrail matches “{0}”.", text)
    : t("“{0}”: {1} of {2} guardrails", text, countText(visible.length), countText(all));
}

function selectGuardrails(context: GuardrailContext, filter: string): { visible: Guardrail[]; all: number } {
  const data = context.session.data.guardrails.current?.value;
  const all = data ? allGuardrails(data) : [];
  const matches = textFilter(filter);
  return { visible: filter ? all.filter((one) => matches(searchTexts(one, context))) : all, all: all.length };
}

function guardrailContext(session: AccountSession): GuardrailContext {
  const { guardrails, keys, members } = session.data;
  const value = guardrails.current?.value;
  const workspaces = workspaceNames(value?.workspaces);
  const byHash = derived(keys, (read) => new Map(read?.keys.map((key) => [key.hash, key])));
  const byId = derived(members, (read) => new Map(read?.members.map((member) => [member.id, member])));
  return {
    session,
    bindings: value ? bindingsById(value) : () => ({ keys: [], members: [] }),
    key: (hash) => byHash().get(hash),
    member: (id) => byId().get(id),
    workspace: (id) => workspaces.get(id ?? ""),
    changedByAgent: (id) => session.data.changedByAgents.has(id),
  };
}
