import * as vscode from "vscode";
import type { AccountSession } from "../../data/accountData.ts";
import { describeGuardrail } from "../../data/describeKey.ts";
import { guardrailName, guardrailNames, type NamedGuardrail } from "../../data/guardrailNames.ts";
import { commandIds } from "../../platform/ids.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { wizard } from "../../ui/wizard.ts";
import { canBeAssigned, guardrailFor, guardrailRowOf, guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { requireKnownGuardrail } from "../updateGuardrail.ts";
import { assignmentReviewStep, type ChosenDraft, chooseTargetsStep } from "./assignmentSteps.ts";
import { type Bindable, type BindableKind, keyKind, memberKind } from "./bindableKinds.ts";

/** Assigns a guardrail to keys that the user picks. `POST /guardrails/{id}/assignments/keys` */
export function assignGuardrailKeys(services: GuardrailServices, target: unknown): Promise<void> {
  return assign(services, target, keyKind, vscode.l10n.t("Assign Keys to Guardrail"));
}

/** Assigns a guardrail to members that the user picks. `POST /guardrails/{id}/assignments/members` */
export function assignGuardrailMembers(services: GuardrailServices, target: unknown): Promise<void> {
  return assign(services, target, memberKind, vscode.l10n.t("Assign Members to Guardrail"));
}

async function assign(
  { sessions, view }: GuardrailServices,
  target: unknown,
  kind: BindableKind,
  title: string,
): Promise<void> {
  const t = vscode.l10n.t;
  const session = await sessions.for(guardrailRowOf(target));
  const guardrail = await guardrailFor(view, session, target, { title, fits: canBeAssigned });
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const guardrailIds = kind.guardrailIds(data);
  const unassigned = (await kind.list(session, guardrail)).filter(({ id }) => guardrailIds.get(id) !== guardrail.id);
  const name = guardrailName(guardrail, session);
  if (unassigned.length === 0) throw new Error(t("{0} already applies to all of them.", name));

  const names = guardrailNames(data);
  const replacedGuardrail = ({ id }: Bindable) => {
    const guardrailId = guardrailIds.get(id);
    return guardrailId === undefined ? undefined : (names.get(guardrailId) ?? t("another guardrail"));
  };
  const { chosen = [] } = await wizard<ChosenDraft>(
    session,
    `${title}: ${name}`,
    {},
    [
      chooseTargetsStep(kind, unassigned, {
        placeholder: t("Select what it applies to. Each can have only one guardrail"),
        effect: (one) => {
          const replaced = replacedGuardrail(one);
          return replaced && t("replaces {0}", replaced);
        },
      }),
      assignmentReviewStep(kind, t("Assign"), replacedGuardrail),
    ],
    describeGuardrail(session, guardrail),
  );
  await sendAssignment(session, guardrail, kind, chosen);
}

/** Sends the assignment and updates the views; warns if OpenRouter reports another count. */
export async function sendAssignment(
  session: AccountSession,
  guardrail: NamedGuardrail,
  kind: BindableKind,
  chosen: readonly Bindable[],
): Promise<void> {
  requireKnownGuardrail(session, guardrail);
  const ids = chosen.map(({ id }) => id);
  const title = vscode.l10n.t("Assigning {0} to {1}", kind.countText(ids.length), guardrailName(guardrail, session));
  const assigned = await runWithProgress(title, (signal) => kind.assign(session.client, guardrail.id, ids, { signal }));
  session.data.guardrails.change(kind.withAssigned(session, guardrail.id, ids));
  if (assigned !== undefined && assigned !== ids.length && !session.signal.aborted)
    void warnOfCountMismatch(
      vscode.l10n.t(
        "OpenRouter assigned {0} of {1}. The rest may already have been assigned.",
        assigned,
        kind.countText(ids.length),
      ),
    );
}

/** Offers a refresh: the view shows the assignment as requested, which may differ from OpenRouter's state. */
export async function warnOfCountMismatch(text: string): Promise<void> {
  const refresh = vscode.l10n.t("Refresh");
  const choice = await vscode.window.showWarningMessage(text, refresh);
  if (choice === refresh) await vscode.commands.executeCommand(commandIds.refreshGuardrails);
}
