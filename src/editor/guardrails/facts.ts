import { defaultGuardrailOwner } from "../../openrouter/defaultGuardrails.ts";
import type { Guardrail, KeyAssignment, MemberAssignment, Workspace } from "../../openrouter/index.ts";
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
  const defaultOf = defaultGuardrailOwner(data.workspaces);
  return (id) => ({ keys: keys.get(id) ?? [], members: members.get(id) ?? [], defaultOf: defaultOf(id) });
}

export function bindsNothing({ keys, members, defaultOf }: Bindings): boolean {
  return keys.length + members.length === 0 && !defaultOf;
}

/** The lists of a guardrail that its pickers change. */
export const listFields = ["allowed_providers", "ignored_providers", "allowed_models", "ignored_models"] as const;
export type ListField = (typeof listFields)[number];

/** The data with a guardrail that was created or changed: by its id, first where it is new. */
export function withGuardrail(guardrail: Guardrail): (data: GuardrailsData) => GuardrailsData {
  return (data) => {
    const { id } = guardrail;
    const known = data.guardrails.some((one) => one.id === id);
    const guardrails = known
      ? data.guardrails.map((one) => (one.id === id ? guardrail : one))
      : [guardrail, ...data.guardrails];
    return { ...data, guardrails };
  };
}

/** The data without a guardrail and what it bound. */
export function withoutGuardrail(id: string): (data: GuardrailsData) => GuardrailsData {
  return (data) => ({
    ...data,
    guardrails: data.guardrails.filter((one) => one.id !== id),
    keyAssignments: data.keyAssignments.filter((one) => one.guardrail_id !== id),
    memberAssignments: data.memberAssignments.filter((one) => one.guardrail_id !== id),
  });
}

/** The data once a guardrail binds these keys: each leaves the one that it had. */
export function withKeysBound(
  guardrail_id: string,
  keys: readonly { hash: string; name: string; label: string }[],
): (data: GuardrailsData) => GuardrailsData {
  const bound = new Set(keys.map(({ hash }) => hash));
  const added = keys.map(({ hash, name, label }) => ({
    ...{ guardrail_id, key_hash: hash, key_name: name, key_label: label },
  }));
  return (data) => ({
    ...data,
    keyAssignments: [...data.keyAssignments.filter((one) => !bound.has(one.key_hash)), ...added],
  });
}

/** The data once a guardrail binds these members: each leaves the one that it had. */
export function withMembersBound(
  guardrail_id: string,
  ids: readonly string[],
): (data: GuardrailsData) => GuardrailsData {
  const bound = new Set(ids);
  const added = ids.map((user_id) => ({ guardrail_id, user_id }));
  return (data) => ({
    ...data,
    memberAssignments: [...data.memberAssignments.filter((one) => !bound.has(one.user_id)), ...added],
  });
}

/** The data once a guardrail binds these keys or members no more. */
export function withReleased(guardrail_id: string, ids: readonly string[]): (data: GuardrailsData) => GuardrailsData {
  const released = new Set(ids);
  const stays = (owner: string, id: string) => owner !== guardrail_id || !released.has(id);
  return (data) => ({
    ...data,
    keyAssignments: data.keyAssignments.filter((one) => stays(one.guardrail_id, one.key_hash)),
    memberAssignments: data.memberAssignments.filter((one) => stays(one.guardrail_id, one.user_id)),
  });
}
