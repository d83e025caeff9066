import type { Guardrail, Key } from "../../openrouter/index.ts";
import type { GuardrailsData } from "./accountData.ts";

// Apply the result of a write to the loaded guardrails, without reloading them. Pure.

type Update<T> = (data: T) => T;
type KeyName = Pick<Key, "hash" | "name" | "label">;

/** Adds a created guardrail at the beginning, or replaces a changed one. */
export function withGuardrail(guardrail: Guardrail): Update<GuardrailsData> {
  return (data) => {
    const { id } = guardrail;
    const known = data.guardrails.some((one) => one.id === id);
    const guardrails = known
      ? data.guardrails.map((one) => (one.id === id ? guardrail : one))
      : [guardrail, ...data.guardrails];
    return { ...data, guardrails };
  };
}

/** Removes a guardrail and its assignments. */
export function withoutGuardrail(id: string): Update<GuardrailsData> {
  return (data) => ({
    ...data,
    guardrails: data.guardrails.filter((one) => one.id !== id),
    keyAssignments: data.keyAssignments.filter((one) => one.guardrail_id !== id),
    memberAssignments: data.memberAssignments.filter((one) => one.guardrail_id !== id),
  });
}

/** Assigns keys to a guardrail, replacing their previous assignments. */
export function withKeysAssigned(guardrail_id: string, keys: readonly KeyName[]): Update<GuardrailsData> {
  const assigned = new Set(keys.map(({ hash }) => hash));
  const added = keys.map(({ hash, name, label }) => ({
    guardrail_id,
    key_hash: hash,
    key_name: name,
    key_label: label,
  }));
  return (data) => ({
    ...data,
    keyAssignments: [...data.keyAssignments.filter((one) => !assigned.has(one.key_hash)), ...added],
  });
}

/** Assigns members to a guardrail, replacing their previous assignments. */
export function withMembersAssigned(guardrail_id: string, ids: readonly string[]): Update<GuardrailsData> {
  const assigned = new Set(ids);
  const added = ids.map((user_id) => ({ guardrail_id, user_id }));
  return (data) => ({
    ...data,
    memberAssignments: [...data.memberAssignments.filter((one) => !assigned.has(one.user_id)), ...added],
  });
}

/** Unassigns keys or members from a guardrail. */
export function withUnassigned(guardrail_id: string, ids: readonly string[]): Update<GuardrailsData> {
  const unassigned = new Set(ids);
  const remains = (owner: string, id: string) => owner !== guardrail_id || !unassigned.has(id);
  return (data) => ({
    ...data,
    keyAssignments: data.keyAssignments.filter((one) => remains(one.guardrail_id, one.key_hash)),
    memberAssignments: data.memberAssignments.filter((one) => remains(one.guardrail_id, one.user_id)),
  });
}

/** Removes the assignments of deleted keys. */
export function withoutKeyAssignments(...hashes: readonly string[]): Update<GuardrailsData> {
  return (data) => ({
    ...data,
    keyAssignments: data.keyAssignments.filter((one) => !hashes.includes(one.key_hash)),
  });
}
