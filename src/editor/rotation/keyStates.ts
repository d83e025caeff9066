import type { KeyRef } from "../../openrouter/rotation/index.ts";
import type { GuardrailsData, KeysData } from "../data/accountData.ts";

// What the steps of a rotation change in what the views show.

/** True where every key could be read: one that is not in the list is gone. */
export function isWhole({ unreadable, unreadableWorkspaces }: KeysData): boolean {
  return !unreadable && !unreadableWorkspaces;
}

/** The keys with one of them disabled or enabled. */
export function withDisabled(hash: string, disabled: boolean): (data: KeysData) => KeysData {
  return (data) => ({ ...data, keys: data.keys.map((key) => (key.hash === hash ? { ...key, disabled } : key)) });
}

/** The assignments with a key's only one. */
export function withBound(
  guardrail_id: string,
  { hash, name, label }: KeyRef,
): (data: GuardrailsData) => GuardrailsData {
  const assignment = { guardrail_id, key_hash: hash, key_name: name, key_label: label };
  return (data) => ({ ...data, keyAssignments: [...without(data, hash), assignment] });
}

/** The assignments without a key that was deleted. */
export function withoutBound(hash: string): (data: GuardrailsData) => GuardrailsData {
  return (data) => ({ ...data, keyAssignments: without(data, hash) });
}

const without = (data: GuardrailsData, hash: string) => data.keyAssignments.filter((one) => one.key_hash !== hash);
