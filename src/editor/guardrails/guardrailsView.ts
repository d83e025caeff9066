import * as vscode from "vscode";
import { byName } from "../../openrouter/text/format.ts";
import type { AccountSession, AccountSessions } from "../data/accountData.ts";
import { workspaceNames } from "../data/names.ts";
import { contextKeys, viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import { bindingsById } from "./facts.ts";
import { guardrailRow } from "./rows/guardrailRows.ts";
import type { GuardrailContext } from "./rows/nodes.ts";
import { guardrailName } from "./words.ts";

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
    roots(session) {
      const context = guardrailContext(session);
      const order = byName(vscode.env.language);
      return [...(session.data.guardrails.current?.value.guardrails ?? [])]
        .sort((a, b) => order(guardrailName(a), guardrailName(b)) || (a.id < b.id ? -1 : 1))
        .map((guardrail) => guardrailRow(guardrail, context));
    },
  });
}

function guardrailContext(session: AccountSession): GuardrailContext {
  const { guardrails, keys, members } = session.data;
  const value = guardrails.current?.value;
  const workspaces = workspaceNames(value?.workspaces);
  const byHash = new Map(keys.current?.value.keys.map((key) => [key.hash, key]));
  const byId = new Map(members.current?.value.members.map((member) => [member.id, member]));
  return {
    session,
    bindings: value ? bindingsById(value) : () => ({ keys: [], members: [] }),
    key: (hash) => byHash.get(hash),
    member: (id) => byId.get(id),
    workspace: (id) => (workspaces.size > 1 ? workspaces.get(id ?? "") : undefined),
  };
}
