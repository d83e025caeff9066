import * as vscode from "vscode";
import {
  closeRotation,
  deleteOld,
  disableOld,
  enableOld,
  type Observation,
  observeOldKey,
  type Rotation,
  type RotationContext,
  readRotationKey,
} from "../../../openrouter/rotation/index.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withDisabled, withKey, withoutKeyAssignments, withoutKeys } from "../../data/updates.ts";
import { confirm } from "../../platform/dialogs.ts";
import { commandIds } from "../../platform/ids.ts";
import { rotationFor } from "../pickRotation.ts";
import { refusalText, rotationLabel, usageText } from "../rotationText.ts";
import { runRecordStep, runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";

/** Disables the old key of a rotation: it can be enabled again. Asks first where the key is in use. `PATCH /keys/{hash}` */
export async function disableOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Disable Old Key");
  const session = await services.sessions.for(target);
  const fits = ({ step }: Rotation) => step === "pending";
  const record = await rotationFor(services, session, target, {
    title,
    fits,
    none: t("No rotation has an active old key."),
  });
  const name = rotationLabel(record);
  const seen = await readOldKey(services, session, record);
  if (!seen) return;
  // Unless somebody has done so elsewhere.
  if (seen.record.step === "pending") {
    const inUse = seen.record.lastSpentAt !== undefined && !seen.isSilent;
    if (inUse && !(await confirmDisabling(record, seen, title))) return;
    const disabling = t("Disabling the old key of {0}", name);
    await patch(services, session, seen.record, disabling, true, disableOld);
  }
  const undo = t("Undo");
  const text = t("The old key of {0} is disabled: requests with it are refused.", name);
  void vscode.window.showInformationMessage(text, undo).then((answer) => {
    if (answer === undo) void vscode.commands.executeCommand(commandIds.undoDisableOldKey, { rotation: record });
  });
}

/** Enables the old key again. `PATCH /keys/{hash}` */
export async function undoDisableOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await services.sessions.for(target);
  const fits = ({ step }: Rotation) => step === "disabled";
  const none = t("No rotation has a disabled old key.");
  const record = await rotationFor(services, session, target, { title: t("Re-enable Old Key"), fits, none });
  const seen = await readOldKey(services, session, record);
  if (!seen) return;
  const name = rotationLabel(record);
  if (seen.record.step === "disabled")
    await patch(services, session, record, t("Enabling the old key of {0}", name), false, enableOld);
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} is active again.", name), 5_000);
}

/** Deletes the old key, which ends the rotation, after showing what it spent since. `DELETE /keys/{hash}` */
export async function deleteOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Delete Old Key");
  const session = await services.sessions.for(target);
  const fits = ({ step }: Rotation) => step === "disabled";
  const none = t("No rotation has a disabled old key. An old key is disabled before it is deleted.");
  const record = await rotationFor(services, session, target, { title, fits, none });
  const name = rotationLabel(record);
  const seen = await readOldKey(services, session, record);
  if (!seen) return;
  if (seen.record.step === "pending") throw new Error(refusalText(record, "enabledAgain"));
  const question = t("Delete the old key of {0}?", name);
  const detail = [
    spendingText(record, seen),
    !seen.isSilent && t("It is not silent for a day yet: what uses it rarely may not have shown itself."),
    t("Its history is no longer shown by key, and requests with it fail for good. This cannot be undone."),
    t("Left disabled, it refuses requests, too, and keeps its history."),
  ];
  if (!(await confirm(question, title, detail))) return;
  const deleting = t("Deleting the old key of {0}", name);
  await runStep(services, session, record, deleting, (context) => deleteOld(context, record));
  const { hash } = record.old;
  await services.secrets.discard(hash);
  session.data.keys.change(withoutKeys(hash));
  session.data.guardrails.change(withoutKeyAssignments(hash));
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} was deleted.", name), 5_000);
}

/** The old key as it is now; where it was deleted elsewhere, the rotation ends, and it is undefined. `GET /keys/{hash}` */
async function readOldKey(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<Observation | undefined> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const title = t("Reading the old key of {0}", name);
  const key = await runStep(services, session, record, title, (context) =>
    readRotationKey(context, record, record.old.hash),
  );
  if (key) {
    session.data.keys.change(withKey(key));
    const seen = observeOldKey(record, key, session.client.now());
    await services.registry.journal.update(record.id, (now) => observeOldKey(now, key, session.client.now()).record);
    return seen;
  }
  await runRecordStep(services, session, record, (context) => closeRotation(context, record));
  session.data.keys.change(withoutKeys(record.old.hash));
  void vscode.window.showInformationMessage(t("The old key of {0} was deleted elsewhere: the rotation is over.", name));
  return undefined;
}

function confirmDisabling(record: Rotation, seen: Observation, disable: string): Promise<boolean> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const question = t("The old key of {0} is still in use. Disable it all the same?", name);
  return confirm(question, disable, [
    spendingText(record, seen),
    t("What uses it fails at once. Disabling can be undone."),
  ]);
}

function spendingText({ old }: Rotation, seen: Observation): string {
  return vscode.l10n.t("Old key {0}: {1}.", shortLabel(old.label), usageText(seen));
}

async function patch(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  title: string,
  disabled: boolean,
  step: (context: RotationContext, record: Rotation) => Promise<Rotation>,
): Promise<void> {
  await runStep(services, session, record, title, (context) => step(context, record));
  services.keys.pin(session, record.old.hash);
  session.data.keys.change(withDisabled(record.old.hash, disabled));
}
