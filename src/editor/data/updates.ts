import type { Guardrail, Key } from "../../openrouter/index.ts";
import type { GuardrailsData, KeysData } from "./accountData.ts";

// What a write of ours changes in what was read, without reading it again. Pure.

type Update<T> = (data: T) => T;
type KeyName = Pick<Key, "hash" | "name" | "label">;

/** True where every key could be read: one that is not in the list is gone. */
export function isComplete({ unreadable, unreadableWorkspaces }: KeysData): boolean {
  return !unreadable && !unreadableWorkspaces;
}

/** The keys with one that was created or changed, first where it is new. */
export function withKey(key: Key): Update<KeysData> {
  return (data) => {
    const known = data.keys.some(({ hash }) => hash === key.hash);
    const keys = known ? data.keys.map((one) => (one.hash === key.hash ? key : one)) : [key, ...data.keys];
    return { ...data, keys };
  };
}

/** The keys without those that were deleted. */
export function withoutKeys(...hashes: readonly string[]): Update<KeysData> {
  return (data) => ({ ...data, keys: data.keys.filter(({ hash }) => !hashes.includes(hash)) });
}

/** The keys with one of them disabled or enabled. */
export function withDisabled(hash: string, disabled: boolean): Update<KeysData> {
  return (data) => ({ ...data, keys: data.keys.map((key) => (key.hash === hash ? { ...key, disabled } : key)) });
}

/** The guardrails with one that was created or changed, first where it is new. */
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

/** The guardrails without one and without its assignments. */
export function withoutGuardrail(id: string): Update<GuardrailsData> {
  return (data) => ({
    ...data,
    guardrails: data.guardrails.filter((one) => one.id !== id),
    keyAssignments: data.keyAssignments.filter((one) => one.guardrail_id !== id),
    memberAssignments: data.memberAssignments.filter((one) => one.guardrail_id !== id),
  });
}

/** The assignments once a guardrail is assigned to these keys: each leaves the one that it had. */
export function withKeysAssigned(guardrail_id: string, keys: readonly KeyName[]): Update<GuardrailsData> {
  const bound = new Set(keys.map(({ hash }) => hash));
  const added = keys.map(({ hash, name, label }) => ({
    guardrail_id,
    key_hash: hash,
    key_name: name,
    key_label: label,
  }));
  return (data) => ({
    ...data,
    keyAssignments: [...data.keyAssignments.filter((one) => !bound.has(one.key_hash)), ...added],
  });
}

/** The assignments once a guardrail is assigned to these members: each leaves the one that it had. */
export function withMembersAssigned(guardrail_id: string, ids: readonly string[]): Update<GuardrailsData> {
  const bound = new Set(ids);
  const added = ids.map((user_id) => ({ guardrail_id, user_id }));
  return (data) => ({
    ...data,
    memberAssignments: [...data.memberAssignments.filter((one) => !bound.has(one.user_id)), ...added],
  });
}

/** The assignments once a guardrail is no longer assigned to these keys or members. */
export function withUnassigned(guardrail_id: string, ids: readonly string[]): Update<GuardrailsData> {
  const released = new Set(ids);
  const stays = (owner: string, id: string) => owner !== guardrail_id || !released.has(id);
  return (data) => ({
    ...data,
    keyAssignments: data.keyAssignments.filter((one) => stays(one.guardrail_id, one.key_hash)),
    memberAssignments: data.memberAssignments.filter((one) => stays(one.guardrail_id, one.user_id)),
  });
}

/** The assignments without those of keys that were deleted. */
export function withoutKeyAssignments(...hashes: readonly string[]): Update<GuardrailsData> {
  return (data) => ({
    ...data,
    keyAssignments: data.keyAssignments.filter((one) => !hashes.includes(one.key_hash)),
  });
}
