import * as vscode from "vscode";
import { deleteGuardrail as remove } from "../../openrouter/index.ts";
import type { AccountSession } from "../data/accountData.ts";
import { describeGuardrail } from "../data/describeKey.ts";
import { guardrailName } from "../data/guardrailNames.ts";
import { withoutGuardrail } from "../data/guardrailUpdates.ts";
import { confirm } from "../platform/dialogs.ts";
import { quotedNames } from "../platform/quoted.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { runWithProgress } from "../ui/progress.ts";
import { type Bindings, bindingsById, bindsNothing } from "./bindings.ts";
import { assignedKeyNames, assignedMemberNames } from "./boundNames.ts";
import { bindingText, defaultGuardrailText } from "./labels.ts";
import { guardrailFor, guardrailRowOf, guardrailsData, MAX_BINDINGS_AGE_MS } from "./pickGuardrail.ts";
import type { GuardrailServices } from "./services.ts";

/** Deletes a guardrail after showing which keys and members it will no longer apply to. `DELETE /guardrails/{id}` */
export async function deleteGuardrail({ sessions, view }: GuardrailServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Delete Guardrail");
  const session = await sessions.for(guardrailRowOf(target));
  const guardrail = await guardrailFor(view, session, target, { title });
  const bindings = bindingsById(await guardrailsData(session, MAX_BINDINGS_AGE_MS))(guardrail.id);
  const name = guardrailName(guardrail, session);
  if (bindings.defaultOf)
    throw new Error(
      t(
        "{0} is the default guardrail of {1} and can't be deleted. Nothing was sent; clear its fields instead.",
        name,
        safeLabel(bindings.defaultOf.name),
      ),
    );
  if (bindings.members.length > 0) await session.data.members.ensure();
  const detail = [deletionImpact(session, bindings), t("This can't be undone.")];
  const question = t("Delete {0}?", describeGuardrail(session, guardrail));
  if (!(await confirm(session, question, title, detail, t("Keep Guardrail")))) return;
  await runWithProgress(t("Deleting {0}", name), (signal) => remove(session.client, guardrail.id, { signal }));
  session.data.guardrails.change(withoutGuardrail(guardrail.id));
}

/** Describes which keys and members a deletion affects. */
export function deletionImpact(session: AccountSession, bindings: Bindings): string {
  const t = vscode.l10n.t;
  if (bindsNothing(bindings)) return t("It isn't assigned to any key or member.");
  const names = [
    ...bindings.keys.map(assignedKeyNames(session, bindings.keys)),
    ...bindings.members.map(assignedMemberNames(session)),
  ];
  const impact =
    names.length > 0 &&
    t("It will no longer apply to {0}: {1}.", bindingText({ ...bindings, defaultOf: undefined }), quotedNames(names));
  return [impact, defaultGuardrailText(bindings)].filter(Boolean).join("\n");
}
