import type { Member, Workspace } from "../../openrouter/index.ts";
import { shown } from "../shown.ts";
import type { GuardrailsData } from "./accountData.ts";

/** The guardrail's name for each key that one binds, by the key's hash. */
export function guardrailNames(data: GuardrailsData | undefined): Map<string, string> {
  const names = new Map(data?.guardrails.map(({ id, name }) => [id, shown(name)]));
  return new Map(data?.keyAssignments.map((one) => [one.key_hash, names.get(one.guardrail_id) ?? one.guardrail_id]));
}

/** First and last name, or the address of one who gave none. */
export function memberName({ first_name, last_name, email }: Member): string {
  return shown([first_name, last_name].filter(Boolean).join(" ") || email);
}

export function workspaceNames(workspaces: readonly Workspace[] | undefined): Map<string, string> {
  return new Map(workspaces?.map(({ id, name }) => [id, shown(name)]));
}
