import { findOwnerOfDefault } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { KeyAssignment, MemberAssignment } from "../../openrouter/index.ts";
import type { GuardrailsData } from "../data/accountData.ts";
import { workspaceNames } from "../data/workspaceNames.ts";

/** The keys and members that a guardrail applies to. Without any, it has no effect. */
export interface Bindings {
  keys: readonly KeyAssignment[];
  members: readonly MemberAssignment[];
  /** Set for a workspace's default guardrail, which applies to every key and member there without an assignment. Named as shown. */
  defaultOf?: { id: string; name: string };
}

/** Indexes the assignments by guardrail id, in one pass. */
export function bindingsById(data: GuardrailsData): (id: string) => Bindings {
  const keys = Map.groupBy(data.keyAssignments, (one) => one.guardrail_id);
  const members = Map.groupBy(data.memberAssignments, (one) => one.guardrail_id);
  const owner = findOwnerOfDefault(data.workspaces);
  const names = workspaceNames(data.workspaces);
  const defaultOf = (guardrailId: string) => {
    const { id } = owner(guardrailId) ?? {};
    return id === undefined ? undefined : { id, name: names.get(id) ?? id };
  };
  return (id) => ({ keys: keys.get(id) ?? [], members: members.get(id) ?? [], defaultOf: defaultOf(id) });
}

/** Maps each key's hash to the id of its assigned guardrail. */
export function guardrailIdByKeyHash({ keyAssignments }: GuardrailsData): Map<string, string> {
  return new Map(keyAssignments.map((one) => [one.key_hash, one.guardrail_id]));
}

/** Maps each member's id to the id of their assigned guardrail. */
export function guardrailIdByMemberId({ memberAssignments }: GuardrailsData): Map<string, string> {
  return new Map(memberAssignments.map((one) => [one.user_id, one.guardrail_id]));
}

export function bindsNothing({ keys, members, defaultOf }: Bindings): boolean {
  return keys.length + members.length === 0 && !defaultOf;
}
