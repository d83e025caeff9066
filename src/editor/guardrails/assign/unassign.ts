import * as vscode from "vscode";
import type { Guardrail } from "../../../openrouter/index.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { describeGuardrail, describeKey, describeMember } from "../../data/describeKey.ts";
import { guardrailName, type NamedGuardrail } from "../../data/guardrailNames.ts";
import { withUnassigned } from "../../data/guardrailUpdates.ts";
import { keyName } from "../../data/names.ts";
import { confirm } from "../../platform/dialogs.ts";
import { quoted } from "../../platform/quoted.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { wizard } from "../../ui/wizard.ts";
import { type Bindings, bindingsById } from "../bindings.ts";
import { defaultGuardrailText } from "../labels.ts";
import { guardrailFor, guardrailRowOf, guardrailsData, MAX_BINDINGS_AGE_MS } from "../pickGuardrail.ts";
import type { BoundNode } from "../rows/nodes.ts";
import type { GuardrailServices } from "../services.ts";
import { requireKnownGuardrail } from "../updateGuardrail.ts";
import { warnOfCountMismatch } from "./assign.ts";
import { assignmentReviewStep, type ChosenDraft, chooseTargetsStep } from "./assignmentSteps.ts";
import { type Bindable, type BindableKind, keyKind, memberKind } from "./bindableKinds.ts";

/** Unassigns a guardrail from keys that the user picks. `POST /guardrails/{id}/assignments/keys/remove` */
export async function unassignGuardrailKeys(services: GuardrailServices, target: unknown): Promise<void> {
  const session = await services.sessions.for(guardrailRowOf(target));
  await unassign(services, session, target, {
    title: vscode.l10n.t("Unassign Keys from Guardrail"),
    kind: keyKind,
    fits: ({ keys }) => keys.length > 0,
  });
}

/** Unassigns a guardrail from members that the user picks. `POST /guardrails/{id}/assignments/members/remove` */
export async function unassignGuardrailMembers(services: GuardrailServices, target: unknown): Promise<void> {
  const session = await services.sessions.for(guardrailRowOf(target));
  await memberKind.list(session, undefined); // fails for a personal account before anything is asked
  await unassign(services, session, target, {
    title: vscode.l10n.t("Unassign Members from Guardrail"),
    kind: memberKind,
    fits: ({ members }) => members.length > 0,
  });
}

interface Unassignment {
  title: string;
  kind: BindableKind;
  fits(bindings: Bindings): boolean;
}

async function unassign(
  { view }: GuardrailServices,
  session: AccountSession,
  target: unknown,
  { title, kind, fits }: Unassignment,
): Promise<void> {
  const t = vscode.l10n.t;
  const guardrail = await guardrailFor(view, session, target, { title, fits });
  const assigned = await assignedTo(session, guardrail, kind);
  const one = assigned.find(({ id }) => id === (target as Partial<BoundNode> | undefined)?.bound?.id);
  const placeholder = t("Select what to unassign");
  const noReplacement = () => undefined;
  if (
    one &&
    !(await confirmUnassign(session, guardrail, one, bindingsById(await guardrailsData(session))(guardrail.id)))
  )
    return;
  const { chosen = [] } = one
    ? { chosen: [one] }
    : await wizard<ChosenDraft>(
        session,
        `${title}: ${guardrailName(guardrail, session)}`,
        {},
        [
          chooseTargetsStep(kind, assigned, { placeholder }),
          assignmentReviewStep(kind, t("Unassign"), noReplacement, t("Keep Assigned")),
        ],
        describeGuardrail(session, guardrail),
      );
  await sendUnassignment(session, guardrail, kind, chosen);
}

/** The keys or members that a guardrail is assigned to, including those missing from the loaded lists. */
async function assignedTo(session: AccountSession, guardrail: Guardrail, kind: BindableKind): Promise<Bindable[]> {
  const data = await guardrailsData(session, MAX_BINDINGS_AGE_MS);
  const known = new Map((await kind.list(session, guardrail)).map((one) => [one.id, one]));
  const labels = new Map(
    data.keyAssignments.map((one) => [one.key_hash, { name: one.key_name, label: one.key_label }]),
  );
  return [...kind.guardrailIds(data)]
    .filter(([, owner]) => owner === guardrail.id)
    .map(([id]) => {
      const label = labels.get(id);
      return known.get(id) ?? { id, name: label ? keyName(label) : safeLabel(id), description: "" };
    });
}

/** Sends the unassignment and updates the views; warns if OpenRouter reports another count. */
export async function sendUnassignment(
  session: AccountSession,
  guardrail: NamedGuardrail,
  kind: BindableKind,
  chosen: readonly Bindable[],
): Promise<void> {
  requireKnownGuardrail(session, guardrail);
  const ids = chosen.map(({ id }) => id);
  const title = vscode.l10n.t(
    "Unassigning {0} from {1}",
    kind.countText(ids.length),
    guardrailName(guardrail, session),
  );
  const unassigned = await runWithProgress(title, (signal) =>
    kind.unassign(session.client, guardrail.id, ids, { signal }),
  );
  session.data.guardrails.change(withUnassigned(guardrail.id, ids));
  if (unassigned !== undefined && unassigned !== ids.length && !session.signal.aborted)
    void warnOfCountMismatch(
      vscode.l10n.t(
        "OpenRouter unassigned {0} of {1}. The rest may already have been unassigned.",
        unassigned,
        kind.countText(ids.length),
      ),
    );
}

function confirmUnassign(
  session: AccountSession,
  guardrail: Guardrail,
  { id, name }: Bindable,
  bindings: Bindings,
): Promise<boolean> {
  const t = vscode.l10n.t;
  const owner = guardrailName(guardrail, session);
  const detail = defaultGuardrailText(bindings) ?? t("{0} will no longer apply to {1}.", owner, name);
  const key = session.data.keys.current?.value.keys.find(({ hash }) => hash === id);
  const member = session.data.members.current?.value.members.find((one) => one.id === id);
  const target = key ? describeKey(session, key) : member ? describeMember(member) : quoted(name);
  const question = t("Unassign {0} from {1}?", target, describeGuardrail(session, guardrail));
  return confirm(session, question, t("Unassign"), [detail], t("Keep Assigned"));
}
