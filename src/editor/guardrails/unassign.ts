import * as vscode from "vscode";
import type { Guardrail } from "../../openrouter/index.ts";
import { type App, clientOf, working } from "../app.ts";
import { keyName } from "../data/names.ts";
import { withReleased } from "../data/updates.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { wizard } from "../ui/wizard.ts";
import { tellDifference } from "./assign.ts";
import { type Bindable, type Kind, keyKind, memberKind, type NamedGuardrail } from "./bindKinds.ts";
import type { BoundNode } from "./boundRows.ts";
import { requireKnownGuardrail } from "./change.ts";
import { type ChosenDraft, chooseStep, reviewAssignment } from "./chooseSteps.ts";
import { type Bindings, bindingsById } from "./facts.ts";
import { guardrailFor, guardrailsData, RECENT_MS } from "./pickGuardrail.ts";
import { defaultText, guardrailName } from "./words.ts";

/** Releases keys that a guardrail binds. `POST /guardrails/{id}/assignments/keys/remove` */
export function unassignGuardrailKeys(app: App, target?: unknown): Promise<void> {
  const title = vscode.l10n.t("Unassign Keys from Guardrail");
  return unassign(app, target, keyKind, title, ({ keys }) => keys.length > 0);
}

/** Releases members that a guardrail binds. `POST /guardrails/{id}/assignments/members/remove` */
export async function unassignGuardrailMembers(app: App, target?: unknown): Promise<void> {
  const title = vscode.l10n.t("Unassign Members from Guardrail");
  await memberKind.all(app, undefined); // a personal account is told so before it is asked anything
  return unassign(app, target, memberKind, title, ({ members }) => members.length > 0);
}

type Binds = { keys: readonly unknown[]; members: readonly unknown[] };

async function unassign(
  app: App,
  target: unknown,
  kind: Kind,
  title: string,
  only: (bindings: Binds) => boolean,
): Promise<void> {
  const t = vscode.l10n.t;
  const guardrail = await guardrailFor(app, target, { title, only });
  const mine = await bindablesOf(app, guardrail, kind);
  const one = mine.find(({ id }) => id === (target as Partial<BoundNode> | undefined)?.bound?.id);
  const placeholder = t("What shall it release?");
  const nobody = () => undefined;
  if (one && !(await confirmed(guardrail, one, bindingsById(await guardrailsData(app))(guardrail.id)))) return;
  const { chosen = [] } = one
    ? { chosen: [one] }
    : await wizard<ChosenDraft>(`${title}: ${guardrailName(guardrail)}`, {}, [
        chooseStep(kind, mine, { placeholder }),
        reviewAssignment(kind, t("Unassign"), nobody),
      ]);
  await release(app, guardrail, kind, chosen);
}

/** What a guardrail binds, by name; also what the lists of keys and members do not have, or not yet. */
export async function bindablesOf(app: App, guardrail: Guardrail, kind: Kind): Promise<Bindable[]> {
  const data = await guardrailsData(app, RECENT_MS);
  const known = new Map((await kind.all(app, guardrail)).map((one) => [one.id, one]));
  const labels = new Map(
    data.keyAssignments.map((one) => [one.key_hash, { name: one.key_name, label: one.key_label }]),
  );
  return [...kind.bound(data)]
    .filter(([, owner]) => owner === guardrail.id)
    .map(([id]) => {
      const label = labels.get(id);
      return known.get(id) ?? { id, name: label ? keyName(label) : safeLabel(id), about: "" };
    });
}

/** Sends the release and shows it; says so where OpenRouter counts otherwise. */
export async function release(
  app: App,
  guardrail: NamedGuardrail,
  kind: Kind,
  chosen: readonly Bindable[],
): Promise<void> {
  requireKnownGuardrail(app, guardrail);
  const client = await clientOf(app);
  const ids = chosen.map(({ id }) => id);
  const title = vscode.l10n.t("Unassigning {0} from {1}", kind.count(ids.length), guardrailName(guardrail));
  const released = await working(title, (signal) => kind.unassign(client, guardrail.id, ids, { signal }));
  app.data.guardrails.change(withReleased(guardrail.id, ids));
  if (released !== undefined && released !== ids.length)
    void tellDifference(
      vscode.l10n.t(
        "OpenRouter says that it released {0} of {1}. The others may have been released already.",
        released,
        kind.count(ids.length),
      ),
    );
}

async function confirmed(guardrail: Guardrail, { name }: Bindable, bindings: Bindings): Promise<boolean> {
  const t = vscode.l10n.t;
  const go = t("Unassign");
  const owner = guardrailName(guardrail);
  const detail =
    defaultText(bindings) ??
    t("Nothing of the limit, the lists and the filters of {0} holds for {1} any more.", owner, name);
  const question = t("Unassign {0} from {1}?", name, owner);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, go)) === go;
}
