import * as vscode from "vscode";
import {
  type Guardrail,
  type GuardrailCreate,
  createGuardrail as post,
  type Workspace,
  type ZdrField,
  zdrFields,
} from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { guardrailName } from "../data/guardrailNames.ts";
import { withGuardrail } from "../data/guardrailUpdates.ts";
import { workspaceNames } from "../data/workspaceNames.ts";
import { newLimitWarnings } from "../keys/limitWarnings.ts";
import { commandIds } from "../platform/ids.ts";
import { reportErrors } from "../platform/registerCommands.ts";
import { runRetriable } from "../platform/retryAction.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { nameStep, workspaceStep } from "../ui/fieldSteps.ts";
import { exactLimitText, resetText } from "../ui/limitText.ts";
import { pickMany } from "../ui/pick.ts";
import { runWithProgress } from "../ui/progress.ts";
import { type ReviewLine, reviewStep } from "../ui/reviewStep.ts";
import { BACK, type WizardStep, wizard } from "../ui/wizard.ts";
import { assignGuardrailKeys, assignGuardrailMembers } from "./assign/assign.ts";
import { zdrName } from "./labels.ts";
import { guardrailLimitStep, guardrailResetStep } from "./limitSteps.ts";
import { guardrailsData } from "./pickGuardrail.ts";
import type { GuardrailServices } from "./services.ts";

type Draft = Partial<GuardrailCreate> & { zdr?: ZdrField[] };

const MAX_NAME_LENGTH = 200;

/** Asks for the fields, shows a review and creates the guardrail; never sends the request twice. `POST /guardrails` */
export async function createGuardrail(services: GuardrailServices): Promise<void> {
  const session = await services.sessions.for();
  const { workspaces = [] } = await guardrailsData(session);
  const draft = await wizard<Draft>(session, vscode.l10n.t("Create Guardrail"), {}, createSteps(workspaces));
  const body = bodyOf(draft);
  const send = () =>
    runWithProgress(vscode.l10n.t("Creating {0}", safeLabel(body.name)), (signal) =>
      post(session.client, body, { signal }),
    );
  await runRetriable(send, (created) => {
    if (session.signal.aborted) return;
    session.data.guardrails.change(withGuardrail(created));
    void offerAssignment(services, session, created);
  });
}

/** Offers to assign the new guardrail, which has no effect until then. The command doesn't wait for this. */
async function offerAssignment(
  services: GuardrailServices,
  session: AccountSession,
  guardrail: Guardrail,
): Promise<void> {
  const t = vscode.l10n.t;
  const keys = t("Assign Keys");
  const members = t("Assign Members");
  const { filter, rows } = services.view;
  const isHidden = filter !== "" && !(await rows()).roots(session, filter).nodeOf(guardrail.id);
  const text = [
    t("{0} was created. It has no effect until it is assigned.", guardrailName(guardrail, session)),
    ...(isHidden ? [t("The filter of the Guardrails view hides it.")] : []),
  ].join(" ");
  const organization = session.data.organization.current?.value;
  const chosen = await vscode.window.showInformationMessage(text, keys, ...(organization ? [members] : []));
  const target = { session, guardrail };
  if (chosen === keys)
    await reportErrors(services.log, commandIds.assignGuardrailKeys, () => assignGuardrailKeys(services, target));
  if (chosen === members)
    await reportErrors(services.log, commandIds.assignGuardrailMembers, () => assignGuardrailMembers(services, target));
}

function createSteps(workspaces: readonly Workspace[]): WizardStep<Draft>[] {
  const t = vscode.l10n.t;
  const laterNote = t("You can select providers, models and content filters afterwards.");
  const unassignedNote = t("It has no effect until it is assigned to a key or a member.");
  return [
    nameStep<Draft>({
      prompt: t("The name of the guardrail"),
      missing: t("A guardrail needs a name."),
      maxLength: MAX_NAME_LENGTH,
    }),
    ...(workspaces.length > 1 ? [workspaceStep<Draft>(workspaces)] : []),
    guardrailLimitStep<Draft>(),
    guardrailResetStep<Draft>(),
    zdrStep,
    reviewStep<Draft>(t("Create Guardrail"), (draft) => ({
      lines: reviewLines(draft, workspaces),
      warnings: newLimitWarnings(draft.limit_usd),
      notes: [unassignedNote, laterNote],
    })),
  ];
}

const zdrStep: WizardStep<Draft> = {
  async ask(state, position) {
    const items = (Object.keys(zdrFields) as ZdrField[]).map((value) => ({ label: zdrName(value), value }));
    const placeholder = vscode.l10n.t("Select where zero data retention is required (optional)");
    const checked = (field: ZdrField) => state.zdr?.includes(field) ?? false;
    const chosen = await pickMany(position, { items, placeholder, checked });
    return chosen === BACK ? BACK : { zdr: chosen };
  },
};

/** Sends only the fields that were asked for; the API's defaults apply to the rest. */
function bodyOf({ name = "", workspace_id, limit_usd, reset_interval, zdr = [] }: Draft): GuardrailCreate {
  return {
    name,
    ...(workspace_id ? { workspace_id } : {}),
    ...(limit_usd == null ? {} : { limit_usd, reset_interval }),
    ...Object.fromEntries(zdr.map((field) => [field, true])),
  };
}

function reviewLines(draft: Draft, workspaces: readonly Workspace[]): ReviewLine[] {
  const { name, workspace_id, limit_usd, reset_interval } = bodyOf(draft);
  const workspace = workspaceNames(workspaces).get(workspace_id ?? "");
  return [
    { field: "name", value: safeLabel(name) },
    ...(workspace ? [{ field: "workspace_id", value: workspace }] : []),
    { field: "limit_usd", value: exactLimitText(limit_usd) },
    ...(limit_usd == null ? [] : [{ field: "reset_interval", value: resetText(reset_interval) }]),
    ...(draft.zdr ?? []).map((field) => ({ field, value: vscode.l10n.t("on") })),
  ];
}
