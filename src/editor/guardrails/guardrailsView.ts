import * as vscode from "vscode";
import type { AccountSessions } from "../data/accountData.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";

/** The Guardrails view: what each allows and limits, and below it the keys and members that it binds. */
export function createGuardrailsView(sessions: AccountSessions): ResourceView {
  return createResourceView(sessions, {
    id: viewIds.guardrails,
    stateKey: contextKeys.guardrailsState,
    resources: ({ guardrails, keys, members }) => [guardrails, keys, members],
    message: ({ data: { guardrails } }) =>
      guardrails.current?.value.workspaces === undefined
        ? vscode.l10n.t("Only the default workspace can be read")
        : undefined,
    // Loaded when the view is first seen, not with the extension.
    roots: async (session) => (await import("./rows/guardrailRoots.ts")).guardrailRoots(session),
  });
}
