import { findOwnerOfDefault } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { KeyAssignment, MemberAssignment, Workspace } from "../../openrouter/index.ts";
import type { GuardrailsData } from "../data/accountData.ts";

/** What a guardrail binds: without any of it, it enforces nothing. */
export interface Bindings {
  keys: readonly KeyAssignment[];
  members: readonly MemberAssignment[];
  /** Set for the default guardrail of a workspace: it binds every key and member there without an assignment of its own. */
  defaultOf?: Workspace;
}

/** What each guardrail binds, by its id, in one pass over the assignments. */
export function bindingsById(data: GuardrailsData): (id: string) => Bindings {
  const keys = Map.groupBy(data.keyAssignments, (one) => one.guardrail_id);
  const members = Map.groupBy(data.memberAssignments, (one) => one.guardrail_id);
  const defaultOf = findOwnerOfDefault(data.workspaces);
  return (id) => ({ keys: keys.get(id) ?? [], members: members.get(id) ?? [], defaultOf: defaultOf(id) });
}

export function bindsNothing({ keys, members, defaultOf }: Bindings): boolean {
  return keys.length + members.length === 0 && !defaultOf;
}
