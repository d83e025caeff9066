import * as vscode from "vscode";
import type { Guardrail, Workspace } from "../../../openrouter/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { guardrailName, type NamedGuardrail } from "../../data/guardrailNames.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { type PickItem, pickOne } from "../../ui/pick.ts";
import { reviewStep } from "../../ui/reviewStep.ts";
import { BACK, type WizardStep, wizard } from "../../ui/wizard.ts";
import { canBeAssigned, guardrailItems, guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import { sendAssignment } from "./assign.ts";
import type { Bindable, BindableKind } from "./bindableKinds.ts";
import { sendUnassignment } from "./unassign.ts";

interface Draft {
  /** Null for no guardrail. */
  guardrail?: Guardrail | null;
}

/** The key or member whose guardrail is changed, and how the questions speak of it. */
export interface ChangeTarget {
  kind: BindableKind;
  target: Bindable;
  /** Names it so that it can't be mistaken for another one. */
  described: string;
  title: string;
  accept: string;
  /** "Select a guardrail. The key has none" */
  selectText: string;
  /** Says that a guardrail will no longer apply to it. */
  replacesText(guardrail: string): string;
  /** Says that it will have no guardrail of its own. */
  noneText: string;
  /** Has a default guardrail, which applies to it without its own. */
  defaultWorkspace?: Workspace;
}

/** Replaces or removes the guardrail of a key or member after a review. */
export async function changeGuardrailOf(session: AccountSession, change: ChangeTarget): Promise<void> {
  const { kind, target, title, accept } = change;
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const owner = kind.guardrailIds(data).get(target.id);
  // If only one workspace could be read, the guardrail may be known only by id.
  const before = data.guardrails.find(({ id }) => id === owner) ?? (owner ? { id: owner, name: "" } : undefined);
  const { guardrail } = await wizard<Draft>(
    session,
    `${title}: ${target.name}`,
    {},
    [
      guardrailStep(session, guardrailItems(data, canBeAssigned), before, change.selectText),
      reviewStep<Draft>(accept, (draft) => review(session, change, before, draft.guardrail)),
    ],
    change.described,
  );
  if (guardrail?.id === before?.id) {
    requireLive(session);
    const text = vscode.l10n.t("{0} is already set this way; nothing was sent.", target.name);
    return void vscode.window.showInformationMessage(text);
  }
  if (guardrail) await sendAssignment(session, guardrail, kind, [target]);
  else if (before) await sendUnassignment(session, before, kind, [target]);
}

function guardrailStep(
  session: AccountSession,
  guardrails: PickItem<Guardrail>[],
  before: NamedGuardrail | undefined,
  selectText: string,
): WizardStep<Draft> {
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
        ? t("Select the guardrail that replaces {0}", guardrailName(before, session))
        : selectText;
      const current = state.guardrail === undefined ? (before ?? null) : state.guardrail;
      const active = (value: Guardrail | null) => value?.id === current?.id;
      const guardrail = await pickOne(position, { items: [none, ...guardrails.map(markCurrent)], placeholder, active });
      return guardrail === BACK ? BACK : { guardrail };
    },
  };
}

/** Returns the review's lines and notes. */
function review(
  session: AccountSession,
  { kind, described, replacesText, noneText, defaultWorkspace }: ChangeTarget,
  before: NamedGuardrail | undefined,
  after: Guardrail | null | undefined,
) {
  const t = vscode.l10n.t;
  const name = (guardrail: NamedGuardrail | null | undefined) =>
    guardrail ? guardrailName(guardrail, session) : t("none");
  const replaces = before && after && before.id !== after.id;
  const removes = before && !after;
  return {
    lines: [
      { field: kind.field, value: described },
      { field: "guardrail", value: `${name(before)} → ${name(after)}` },
    ],
    notes: [
      ...(replaces ? [replacesText(name(before))] : []),
      ...(removes
        ? [
            defaultWorkspace
              ? t("The default guardrail of {0} will apply to the key.", safeLabel(defaultWorkspace.name))
              : noneText,
          ]
        : []),
    ],
  };
}
