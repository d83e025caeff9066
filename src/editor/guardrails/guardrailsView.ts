import * as vscode from "vscode";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** The Guardrails view as seen by commands and other wings. */
export interface GuardrailList extends ResourceView {
  /** Selects a guardrail's row, if the view contains it and is visible or is to be opened. */
  reveal(session: AccountSession, id: string, options?: { opensView?: boolean }): Promise<void>;
}

/** Creates the Guardrails view: each guardrail with its fields and the keys and members it applies to. */
export function createGuardrailsView(sessions: AccountSessions): GuardrailList {
  // Loaded when the view first becomes visible, not at activation.
  const roots = async (session: AccountSession) => (await import("./rows/guardrailRoots.ts")).guardrailRoots(session);
  const view = createResourceView(sessions, {
    id: viewIds.guardrails,
    stateKey: contextKeys.guardrailsState,
    resources: ({ guardrails }) => [guardrails],
    lookups: ({ keys, members }) => [keys, members],
    background: ({ organization }) => [organization],
    emptyState: ({ data: { guardrails } }) => (guardrails.current?.value.guardrails.length ? undefined : "empty"),
    message: ({ data: { guardrails } }) =>
      guardrails.current?.value.workspaces === undefined
        ? vscode.l10n.t("Only the default workspace can be shown")
        : undefined,
    roots,
  });
  return {
    ...view,
    dispose: () => view.dispose(),
    async reveal(session, id, { opensView = false } = {}) {
      if (!(opensView || view.tree.visible) || session !== sessions.current) return;
      const row = (await roots(session)).find((one) => one.id === `guardrail:${id}`);
      if (row) await view.tree.reveal(row, { select: true, focus: false });
    },
  };
}
