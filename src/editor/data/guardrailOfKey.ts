import { findOwnerOfDefault } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Key } from "../../openrouter/index.ts";
import type { GuardrailsData } from "./accountData.ts";

/**
 * Returns the guardrail that applies to a key: the id of its assigned guardrail, else "default" if its workspace has a
 * configured default guardrail, else undefined. If not everything could be read, a key without a known guardrail may have
 * one: then "unknown".
 */
export function guardrailOfKey(
  data: GuardrailsData | undefined,
): (key: Pick<Key, "hash" | "workspace_id">) => { id: string } | "default" | "unknown" | undefined {
  const assigned = new Map(data?.keyAssignments.map((one) => [one.key_hash, one.guardrail_id]));
  const owner = findOwnerOfDefault(data?.workspaces);
  const defaults = new Set(data?.guardrails.map(({ id }) => owner(id)?.id));
  return ({ hash, workspace_id }) => {
    const id = assigned.get(hash);
    if (id !== undefined) return { id };
    if (data?.unreadable || data?.unreadableWorkspaces) return "unknown";
    return workspace_id && defaults.has(workspace_id) ? "default" : undefined;
  };
}
