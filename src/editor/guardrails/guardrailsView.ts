import * as vscode from "vscode";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import type { GuardrailRows } from "./rows/guardrailRoots.ts";

interface RevealOptions {
  /** Opens the view, without its filter if that hides the guardrail. */
  opensView?: boolean;
  /** Moves the keyboard's focus to the row. */
  focus?: boolean;
}

/** The Guardrails view as seen by commands and other wings. */
export interface GuardrailList extends ResourceView {
  readonly filter: string;
  setFilter(filter: string): void;
  /** Creates the view's rows. */
  rows(): Promise<GuardrailRows>;
  /** Selects a guardrail's row, if the view contains it and is visible or is to be opened. */
  reveal(session: AccountSession, id: string, options?: RevealOptions): Promise<void>;
}

/** Creates the Guardrails view: each guardrail with its fields and the keys and members it applies to, by workspace. */
export function createGuardrailsView(sessions: AccountSessions): GuardrailList {
  let filter = "";
  let rows: GuardrailRows | undefined;

  /** Loaded when the view first becomes visible, not at activation. */
  async function loadRows(): Promise<GuardrailRows> {
    const { createGuardrailRows } = await import("./rows/guardrailRoots.ts");
    rows ??= createGuardrailRows(view);
    return rows;
  }
  const roots = async (session: AccountSession) => (await loadRows()).roots(session, filter);

  const view = createResourceView(sessions, {
    id: viewIds.guardrails,
    stateKey: contextKeys.guardrailsState,
    resources: ({ guardrails }) => [guardrails],
    lookups: ({ keys, members }) => [keys, members],
    background: ({ organization }) => [organization],
    emptyState: ({ data: { guardrails } }) => (guardrails.current?.value.guardrails.length ? undefined : "empty"),
    message: (session) => rows?.message(session, filter),
    roots: async (session) => (await roots(session)).roots,
  });
  let shownSession = sessions.current;
  const following = sessions.onDidChange(() => {
    if (sessions.current === shownSession) return;
    shownSession = sessions.current;
    if (shownSession && filter) void view.ensureLookups();
  });
  function setFilter(next: string): void {
    filter = next;
    setContext(contextKeys.guardrailsFiltered, filter !== "");
    // It also searches the names of keys and members.
    if (filter) void view.ensureLookups();
    view.draw();
  }
  const openBudgets = () => rows?.openBudgets(sessions.current) ?? [];

  return {
    ...view,
    get filter() {
      return filter;
    },
    setFilter,
    rows: loadRows,
    parts: () => [...view.parts(), ...openBudgets()],
    async refresh() {
      await Promise.all([view.refresh(), ...openBudgets().map((budgets) => budgets.load({ fresh: true }))]);
    },
    dispose: () => vscode.Disposable.from(view, following, ...(rows ? [rows] : [])).dispose(),
    async reveal(session, id, { opensView = false, focus = false } = {}) {
      if (!(opensView || view.tree.visible) || session !== sessions.current) return;
      const find = async () => (await roots(session)).nodeOf(id);
      let node = await find();
      if (!node && opensView && filter) {
        setFilter("");
        node = await find();
      }
      if (node) await view.tree.reveal(node, { select: true, focus });
    },
  };
}
