import type { Key } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { bindingsById } from "./bindings.ts";
import { guardrailsData } from "./pickGuardrail.ts";

interface BoundKeys {
  /** The hashes of the assigned keys, also of those that are not in the loaded list, and of `keys`. */
  hashes: string[];
  keys: Key[];
  /** False if more keys may be bound, since not all could be read. */
  isComplete: boolean;
}

/**
 * Returns the keys that a guardrail applies to: those it is assigned to, those that its members created, and for a default
 * guardrail the keys of its workspace without an assignment. Loads the keys if necessary.
 */
export async function boundKeys(session: AccountSession, guardrailId: string): Promise<BoundKeys> {
  const data = await guardrailsData(session);
  await session.data.keys.ensure();
  const { defaultOf, ...bindings } = bindingsById(data)(guardrailId);
  const own = new Set(bindings.keys.map(({ key_hash }) => key_hash));
  const members = new Set(bindings.members.map(({ user_id }) => user_id));
  const assigned = new Set(data.keyAssignments.map(({ key_hash }) => key_hash));
  const { current } = session.data.keys;
  const keys = (current?.value.keys ?? []).filter(
    ({ creator_user_id, workspace_id, hash }) =>
      own.has(hash) ||
      (creator_user_id && members.has(creator_user_id)) ||
      (defaultOf && workspace_id === defaultOf.id && !assigned.has(hash)),
  );
  const isComplete = current?.complete === true || (members.size === 0 && !defaultOf);
  return { hashes: [...new Set([...own, ...keys.map(({ hash }) => hash)])], keys, isComplete };
}
