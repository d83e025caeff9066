import * as vscode from "vscode";
import type { AccountSession } from "../../data/accountData.ts";
import { commandIds } from "../../platform/ids.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { wizard } from "../../ui/wizard.ts";
import { guardrailName } from "../labels.ts";
import { guardrailFor, guardrailRowOf, guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import type { GuardrailServices } from "../services.ts";
import { requireKnownGuardrail } from "../updateGuardrail.ts";
import { assignmentReviewStep, type ChosenDraft, chooseTargetsStep } from "./assignmentSteps.ts";
import { type Bindable, type BindableKind, keyKind, memberKind, type NamedGuardrail } from "./bindableKinds.ts";

/** Binds keys that the person picks to a guardrail. `POST /guardrails/{id}/assignments/keys` */
export function assignGuardrailKeys(services: GuardrailServices, target: unknown): Promise<void> {
  return assign(services, target, keyKind, vscode.l10n.t("Assign Keys to Guardrail"));
}

/** Binds members that the person picks to a guardrail. `POST /guardrails/{id}/assignments/members` */
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
  const guardrail = await guardrailFor(view, session, target, { title });
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const bound = kind.bound(data);
  const free = (await kind.all(session, guardrail)).filter(({ id }) => bound.get(id) !== guardrail.id);
  const name = guardrailName(guardrail);
  if (free.length === 0) throw new Error(t("{0} already applies to all of them.", name));

  const names = new Map(data.guardrails.map((one) => [one.id, guardrailName(one)]));
  const replaced = ({ id }: Bindable) => {
    const owner = bound.get(id);
    return owner === undefined ? undefined : (names.get(owner) ?? owner);
  };
  const { chosen = [] } = await wizard<ChosenDraft>(`${title}: ${name}`, {}, [
    chooseTargetsStep(kind, free, {
      placeholder: t("Select what it applies to. Each can have only one guardrail"),
      effect: (one) => {
        const owner = replaced(one);
        return owner && t("replaces {0}", owner);
      },
    }),
    assignmentReviewStep(kind, t("Assign"), replaced),
  ]);
  await bind(session, guardrail, kind, chosen);
}

/** Sends the assignment and shows it; says so where OpenRouter counts otherwise. */
export async function bind(
  session: AccountSession,
  guardrail: NamedGuardrail,
  kind: BindableKind,
  chosen: readonly Bindable[],
): Promise<void> {
  requireKnownGuardrail(session, guardrail);
  const ids = chosen.map(({ id }) => id);
  const title = vscode.l10n.t("Assigning {0} to {1}", kind.count(ids.length), guardrailName(guardrail));
  const assigned = await runWithProgress(title, (signal) => kind.assign(session.client, guardrail.id, ids, { signal }));
  session.data.guardrails.change(kind.withBound(session, guardrail.id, ids));
  if (assigned !== undefined && assigned !== ids.length && !session.signal.aborted)
    void warnOfCountMismatch(
      vscode.l10n.t(
        "OpenRouter assigned {0} of {1}. The rest may already have been assigned.",
        assigned,
        kind.count(ids.length),
      ),
    );
}

/** What the view shows now is what was asked; a refresh shows what is. */
export async function warnOfCountMismatch(text: string): Promise<void> {
  const refresh = vscode.l10n.t("Refresh");
  const pressed = await vscode.window.showWarningMessage(text, refresh);
  if (pressed === refresh) await vscode.commands.executeCommand(commandIds.refreshGuardrails);
}
