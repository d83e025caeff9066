import { nameComparator } from "../../../openrouter/text/format.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { derived } from "../../data/derived.ts";
import { workspaceNames } from "../../data/names.ts";
import { displayLocale } from "../../platform/locale.ts";
import type { Node } from "../../ui/node.ts";
import { bindingsById } from "../bindings.ts";
import { guardrailName } from "../labels.ts";
import { guardrailRow } from "./guardrailRows.ts";
import type { GuardrailContext } from "./nodes.ts";

/** The root rows of the Guardrails view, sorted by name. */
export function guardrailRoots(session: AccountSession): Node[] {
  const context = guardrailContext(session);
  const order = nameComparator(displayLocale());
  return [...(session.data.guardrails.current?.value.guardrails ?? [])]
    .sort((a, b) => order(guardrailName(a), guardrailName(b)) || (a.id < b.id ? -1 : 1))
    .map((guardrail) => guardrailRow(guardrail, context));
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
    workspace: (id) => (workspaces.size > 1 ? workspaces.get(id ?? "") : undefined),
    changedByAgent: (id) => session.data.changedByAgents.has(id),
  };
}
