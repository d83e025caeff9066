import { findOwnerOfDefault } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Key, Member, Workspace } from "../../openrouter/index.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { GuardrailsData } from "./accountData.ts";
import { guardrailNames } from "./guardrailNames.ts";

/** Maps each key's hash to the name of its assigned guardrail. */
export function guardrailNameByKeyHash(data: GuardrailsData | undefined): Map<string, string> {
  const names = guardrailNames(data);
  return new Map(data?.keyAssignments.map((one) => [one.key_hash, names.get(one.guardrail_id) ?? one.guardrail_id]));
}

/**
 * Returns the guardrail that applies to a key: the name of its assigned guardrail, else "default" if its workspace has a
 * configured default guardrail, else undefined.
 */
export function guardrailOfKey(
  data: GuardrailsData | undefined,
): (key: Pick<Key, "hash" | "workspace_id">) => { name: string } | "default" | undefined {
  const names = guardrailNameByKeyHash(data);
  const owner = findOwnerOfDefault(data?.workspaces);
  const defaults = new Set(data?.guardrails.map(({ id }) => owner(id)?.id));
  return ({ hash, workspace_id }) => {
    const name = names.get(hash);
    if (name !== undefined) return { name };
    return workspace_id && defaults.has(workspace_id) ? "default" : undefined;
  };
}

/** Returns a key's display name; its label if it has no name. */
export function keyName(key: Pick<Key, "name" | "label">): string {
  return safeLabel(key.name).trim() || shortLabel(key.label);
}

/** Returns a member's first and last name, or the email address if there is no name. */
export function memberName({ first_name, last_name, email }: Member): string {
  return safeLabel([first_name, last_name].filter(Boolean).join(" ") || email);
}

export function workspaceNames(workspaces: readonly Workspace[] | undefined): Map<string, string> {
  return new Map(workspaces?.map(({ id, name }) => [id, safeLabel(name)]));
}
