import * as vscode from "vscode";
import { byName } from "../../openrouter/format.ts";
import type { Connection } from "../account/connection.ts";
import type { AccountData } from "../data/accountData.ts";
import { workspaceNames } from "../data/names.ts";
import { viewIds } from "../platform/ids.ts";
import { createResourceView, type ResourceView } from "../ui/resourceView.ts";
import { bindingsById } from "./facts.ts";
import { type GuardrailContext, guardrailRow } from "./guardrailRows.ts";
import { guardrailName } from "./words.ts";

/** The Guardrails view: what each allows and limits, and below it the keys and members that it binds. */
export function createGuardrailsView(connection: Connection, data: AccountData): ResourceView {
  return createResourceView(connection, {
    id: viewIds.guardrails,
    resources: [data.guardrails, data.keys, data.members],
    message: () =>
      data.guardrails.current?.value.workspaces === undefined
        ? vscode.l10n.t("Only the default workspace can be read")
        : undefined,
    roots() {
      const context = guardrailContext(data);
      const order = byName(vscode.env.language);
      return [...(data.guardrails.current?.value.guardrails ?? [])]
        .sort((a, b) => order(guardrailName(a), guardrailName(b)) || (a.id < b.id ? -1 : 1))
        .map((guardrail) => guardrailRow(guardrail, context));
    },
  });
}

function guardrailContext({ guardrails, keys, members }: AccountData): GuardrailContext {
  const value = guardrails.current?.value;
  const workspaces = workspaceNames(value?.workspaces);
  const byHash = new Map(keys.current?.value.keys.map((key) => [key.hash, key]));
  const byId = new Map(members.current?.value.members.map((member) => [member.id, member]));
  return {
    bindings: value ? bindingsById(value) : () => ({ keys: [], members: [] }),
    key: (hash) => byHash.get(hash),
    member: (id) => byId.get(id),
    workspace: (id) => (workspaces.size > 1 ? workspaces.get(id ?? "") : undefined),
  };
}
