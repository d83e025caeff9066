import * as vscode from "vscode";
import { findOwnerOfDefault } from "../../../openrouter/guardrails/defaultGuardrails.ts";
import { type Guardrail, type Key, shortLabel, type Workspace } from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { GuardrailsData } from "../../data/accountData.ts";
import { keyName } from "../../data/names.ts";
import { keyFor } from "../../keys/pickKey.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../../ui/pick.ts";
import { reviewStep } from "../../ui/reviewStep.ts";
import { BACK, type WizardStep, wizard } from "../../ui/wizard.ts";
import { guardrailName } from "../labels.ts";
import { guardrailItems, guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { sendAssignment } from "./assign.ts";
import { keyKind, type NamedGuardrail } from "./bindableKinds.ts";
import { sendUnassignment } from "./unassign.ts";

interface Draft {
  /** Null for no guardrail. */
  guardrail?: Guardrail | null;
}

/** Replaces or removes a key's guardrail. */
export async function assignGuardrailToKey({ sessions, keys }: GuardrailServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Assign Guardrail to Key");
  const session = await sessions.for(target);
  const key = await keyFor(keys, session, target, { title });
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const owner = keyKind.guardrailIds(data).get(key.hash);
  // If only one workspace could be read, the guardrail may be known only by id.
  const before = data.guardrails.find(({ id }) => id === owner) ?? (owner ? { id: owner, name: "" } : undefined);
  const { guardrail } = await wizard<Draft>(session, `${title}: ${keyName(key)}`, {}, [
    guardrailStep(guardrailItems(data), before),
    reviewStep<Draft>(t("Change Key's Guardrail"), (draft) =>
      review(key, before, draft.guardrail, defaultWorkspace(data, key)),
    ),
  ]);
  const bindable = { id: key.hash, name: keyName(key), description: shortLabel(key.label) };
  if (guardrail?.id === before?.id) {
    requireLive(session);
    const text = t("{0} is already set this way; nothing was sent.", keyName(key));
    return void vscode.window.showInformationMessage(text);
  }
  if (guardrail) await sendAssignment(session, guardrail, keyKind, [bindable]);
  else if (before) await sendUnassignment(session, before, keyKind, [bindable]);
}

function guardrailStep(guardrails: PickItem<Guardrail>[], before: NamedGuardrail | undefined): WizardStep<Draft> {
  const t = vscode.l10n.t;
  return {
    async ask(state, position) {
      const markCurrent = (item: PickItem<Guardrail>): PickItem<Guardrail | null> =>
        item.value.id === before?.id ? { ...item, description: `${t("current")} · ${item.description}` } : item;
      const none: PickItem<Guardrail | null> = {
        label: t("No guardrail"),
        description: before ? "" : t("current"),
        value: null,
        iconPath: new vscode.ThemeIcon("circle-slash"),
      };
      const placeholder = before
        ? t("Select the guardrail that replaces {0}", guardrailName(before))
        : t("Select a guardrail. The key has none");
      const current = state.guardrail === undefined ? (before ?? null) : state.guardrail;
      const active = (value: Guardrail | null) => value?.id === current?.id;
      const guardrail = await pickOne(position, { items: [none, ...guardrails.map(markCurrent)], placeholder, active });
      return guardrail === BACK ? BACK : { guardrail };
    },
  };
}

/** Returns the key's workspace if it has a configured default guardrail. */
function defaultWorkspace({ guardrails, workspaces }: GuardrailsData, key: Key): Workspace | undefined {
  const owner = findOwnerOfDefault(workspaces);
  return guardrails.map(({ id }) => owner(id)).find((workspace) => workspace && workspace.id === key.workspace_id);
}

/** Returns the review's lines and notes. @param workspace has a default guardrail, which applies to keys without their own */
function review(
  key: Key,
  before: NamedGuardrail | undefined,
  after: Guardrail | null | undefined,
  workspace: Workspace | undefined,
) {
  const t = vscode.l10n.t;
  const name = (guardrail: NamedGuardrail | null | undefined) => (guardrail ? guardrailName(guardrail) : t("none"));
  const replaces = before && after && before.id !== after.id;
  const removes = before && !after;
  return {
    lines: [
      { field: "key_hashes", value: keyName(key) },
      { field: t("guardrail"), value: `${name(before)} → ${name(after)}` },
    ],
    notes: [
      ...(replaces ? [t("It replaces {0}, which will no longer apply to the key.", guardrailName(before))] : []),
      ...(removes
        ? [
            workspace
              ? t("The default guardrail of {0} will apply to the key.", safeLabel(workspace.name))
              : t("The key will have no guardrail of its own."),
          ]
        : []),
    ],
  };
}
