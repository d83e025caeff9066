import { findOwnerOfDefault } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Key, Member, Workspace } from "../../openrouter/index.ts";
import { shortLabel } from "../../openrouter/text/redact.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { GuardrailsData } from "./accountData.ts";

/** The guardrail's name for each key that one binds, by the key's hash. */
export function guardrailNameByKeyHash(data: GuardrailsData | undefined): Map<string, string> {
  const names = new Map(data?.guardrails.map(({ id, name }) => [id, safeLabel(name)]));
  return new Map(data?.keyAssignments.map((one) => [one.key_hash, names.get(one.guardrail_id) ?? one.guardrail_id]));
}

/**
 * The guardrail that binds a key: the name of its own one, else "default" where its workspace's default guardrail is
 * configured; undefined for none.
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

/** A key's name for people; one without a name is known by its label. */
export function keyName(key: Pick<Key, "name" | "label">): string {
  return safeLabel(key.name).trim() || shortLabel(key.label);
}

/** First and last name, or the address of one who gave none. */
export function memberName({ first_name, last_name, email }: Member): string {
  return safeLabel([first_name, last_name].filter(Boolean).join(" ") || email);
}

export function workspaceNames(workspaces: readonly Workspace[] | undefined): Map<string, string> {
  return new Map(workspaces?.map(({ id, name }) => [id, safeLabel(name)]));
}
