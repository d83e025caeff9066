import * as vscode from "vscode";
import { findOwnerOfDefault, isGeneratedName } from "../../openrouter/guardrails/defaultGuardrails.ts";
import type { Guardrail, Workspace } from "../../openrouter/index.ts";
import { visualForm } from "../../openrouter/text/fold.ts";
import { oneLine } from "../../openrouter/text/printable.ts";
import { uniqueNames } from "../../openrouter/text/uniqueNames.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import type { AccountSession, GuardrailsData } from "./accountData.ts";
import { workspaceNames } from "./workspaceNames.ts";

/** The fields needed to mention a guardrail. */
export type NamedGuardrail = Pick<Guardrail, "id" | "name">;

/**
 * Returns a guardrail's display name; the beginning of its id if it has no name. The API names a default guardrail after the
 * id of its workspace; it is shown as "Default of Research". Guardrails of a workspace that have the same name are distinguished
 * by the beginnings of their ids.
 * @param session with the guardrails and workspaces that were read
 */
export function guardrailName(guardrail: NamedGuardrail, session?: Pick<AccountSession, "data">): string {
  const data = session?.data.guardrails.current?.value;
  return guardrailNames(data).get(guardrail.id) ?? safeLabel(fullName(guardrail, ownerNames(data?.workspaces)));
}

const namesOf = new WeakMap<GuardrailsData, Map<string, string>>();

/** Maps each guardrail's id to its display name. */
export function guardrailNames(data: GuardrailsData | undefined): Map<string, string> {
  if (!data) return new Map();
  const names = namesOf.get(data) ?? computeNames(data);
  namesOf.set(data, names);
  return names;
}

/** Maps each key's hash to the name of its assigned guardrail. */
export function guardrailNameByKeyHash(data: GuardrailsData | undefined): Map<string, string> {
  const names = guardrailNames(data);
  return new Map(data?.keyAssignments.map((one) => [one.key_hash, names.get(one.guardrail_id) ?? one.guardrail_id]));
}

function computeNames({ guardrails, workspaces }: GuardrailsData): Map<string, string> {
  const owner = ownerNames(workspaces);
  const byWorkspace = Map.groupBy(guardrails, ({ workspace_id }) => workspace_id ?? "");
  const unique = [...byWorkspace.values()].flatMap((some) => [
    ...uniqueNames(some.map((guardrail) => ({ id: guardrail.id, name: fullName(guardrail, owner) }))),
  ]);
  // The rest of the code relies on names that are safe as labels.
  return new Map(unique.map(([id, name]) => [id, safeLabel(name)]));
}

/** Returns the name of the workspace whose default guardrail has an id. */
function ownerNames(workspaces: readonly Workspace[] | undefined): (guardrailId: string) => string | undefined {
  const owner = findOwnerOfDefault(workspaces);
  const names = workspaceNames(workspaces);
  return (id) => names.get(owner(id)?.id ?? "");
}

function fullName({ id, name }: NamedGuardrail, ownerName: (guardrailId: string) => string | undefined): string {
  if (!isGeneratedName(name)) return (visualForm(oneLine(name)) && oneLine(name).trim()) || `${id.slice(0, 8)}…`;
  const owner = ownerName(id);
  return owner ? vscode.l10n.t("Default of {0}", owner) : vscode.l10n.t("Workspace default");
}
