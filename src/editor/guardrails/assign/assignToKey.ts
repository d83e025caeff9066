import * as vscode from "vscode";
import { findOwnerOfDefault } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { type Key, shortLabel, type Workspace } from "../../../openrouter/index.ts";
import type { GuardrailsData } from "../../data/accountData.ts";
import { describeKey } from "../../data/describeKey.ts";
import { keyName } from "../../data/names.ts";
import { keyFor } from "../../keys/pickKey.ts";
import { guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { keyKind } from "./bindableKinds.ts";
import { changeGuardrailOf } from "./changeGuardrail.ts";

/** Replaces or removes a key's guardrail. */
export async function assignGuardrailToKey({ sessions, keys }: GuardrailServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Assign Guardrail to Key");
  const session = await sessions.for(target);
  const key = await keyFor(keys, session, target, { title });
  await changeGuardrailOf(session, {
    kind: keyKind,
    target: { id: key.hash, name: keyName(key), description: shortLabel(key.label) },
    described: describeKey(session, key),
    title,
    accept: t("Change Key's Guardrail"),
    selectText: t("Select a guardrail. The key has none"),
    replacesText: (guardrail) => t("It replaces {0}, which will no longer apply to the key.", guardrail),
    noneText: t("The key will have no guardrail of its own."),
    defaultWorkspace: defaultWorkspace(await guardrailsData(session, MAX_BINDINGS_AGE_MS), key),
  });
}

/** Returns the key's workspace if it has a configured default guardrail. */
function defaultWorkspace({ guardrails, workspaces }: GuardrailsData, key: Key): Workspace | undefined {
  const owner = findOwnerOfDefault(workspaces);
  return guardrails.map(({ id }) => owner(id)).find((workspace) => workspace && workspace.id === key.workspace_id);
}
