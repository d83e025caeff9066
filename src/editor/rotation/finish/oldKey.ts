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
import { withoutKeyAssignments } from "../../data/guardrailUpdates.ts";
import { withDisabled, withKey, withoutKeys } from "../../data/keyUpdates.ts";
import { confirm } from "../../platform/dialogs.ts";
import { commandIds } from "../../platform/ids.ts";
import { type FilesWithKey, filesWithKey } from "../files/filesWithKey.ts";
import { rotationFor } from "../pickRotation.ts";
import {
  describeRotation,
  exactTime,
  refusalText,
  rotationLabel,
  usageText,
  withLabelOfTwin,
} from "../rotationText.ts";
import { runRecordStep, runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";

/** Disables the old key of a rotation, and offers to undo that. Asks first if the key is still in use. `PATCH /keys/{hash}` */
export async function disableOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Disable Old Key");
  const session = await services.sessions.for(target);
  const appliesTo = ({ step }: Rotation) => step === "pending";
  const record = await rotationFor(services, session, target, {
    title,
    appliesTo,
    emptyMessage: t("No pending rotation has an active old key."),
  });
  const name = rotationLabel(record);
  const observation = await readOldKey(services, session, record);
  if (!observation) return;
  // It may already have been disabled elsewhere.
  if (observation.record.step === "pending") {
    const inUse = observation.lastUse !== undefined && !observation.isSilent;
    const files = await filesWithKey(record.old, record.foundIn);
    const mustAsk = inUse || files.paths !== "" || files.notSearched !== "";
    if (mustAsk && !(await confirmDisabling(session, record, observation, { title, inUse, files }))) return;
    const disabling = t("Disabling the old key of {0}", name);
    await setOldKeyDisabled(services, session, observation.record, disabling, true, disableOld);
  }
  const undo = t("Undo");
  const text = t("The old key of {0} is disabled. Requests with it are rejected.", name);
  void vscode.window.showInformationMessage(withLabelOfTwin(session, record, text), undo).then((answer) => {
    if (answer === undo) void vscode.commands.executeCommand(commandIds.undoDisableOldKey, { rotation: record });
  });
}

/** Enables the old key again. `PATCH /keys/{hash}` */
export async function undoDisableOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const session = await services.sessions.for(target);
  const appliesTo = ({ step }: Rotation) => step === "disabled";
  const emptyMessage = t("No pending rotation has a disabled old key.");
  const record = await rotationFor(services, session, target, {
    title: t("Re-enable Old Key"),
    appliesTo,
    emptyMessage,
  });
  const observation = await readOldKey(services, session, record);
  if (!observation) return;
  const name = rotationLabel(record);
  if (observation.record.step === "disabled")
    await setOldKeyDisabled(services, session, record, t("Enabling the old key of {0}", name), false, enableOld);
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} is active again.", name), 5_000);
}

/** Deletes the old key and ends the rotation, after showing what the key spent since the rotation. `DELETE /keys/{hash}` */
export async function deleteOldKey(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Delete Old Key");
  const session = await services.sessions.for(target);
  const appliesTo = ({ step }: Rotation) => step === "disabled";
  const emptyMessage = t("No pending rotation has a disabled old key. Disable the old key before you delete it.");
  const record = await rotationFor(services, session, target, { title, appliesTo, emptyMessage });
  const name = rotationLabel(record);
  const observation = await readOldKey(services, session, record);
  if (!observation) return;
  if (observation.record.step === "pending") throw new Error(refusalText(record, "enabledAgain"));
  const files = await filesWithKey(record.old, record.foundIn);
  const question = t("Delete the old key of {0}?", describeRotation(session, record));
  const detail = [
    spendingText(record, observation),
    ...filesText(files),
    !observation.isSilent &&
      t("It has not been unused for a full day. Applications that use it rarely may still need it."),
    t("Requests with it will fail permanently, and its usage will no longer be shown by key. This can't be undone."),
    t("If you leave it disabled, its requests are rejected too, and its usage stays visible by key."),
  ];
  if (!(await confirm(session, question, title, detail, t("Keep Key")))) return;
  const deleting = t("Deleting the old key of {0}", name);
  await runStep(services, session, record, deleting, (context) => deleteOld(context, record));
  const { hash } = record.old;
  await services.secrets.discard(hash);
  session.data.keys.change(withoutKeys(hash));
  session.data.guardrails.change(withoutKeyAssignments(hash));
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} was deleted.", name), 5_000);
}

/** Reads the old key. If it was deleted elsewhere, ends the rotation and returns undefined. `GET /keys/{hash}` */
async function readOldKey(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<Observation | undefined> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const title = t("Loading the old key of {0}", name);
  const key = await runStep(services, session, record, title, (context) =>
    readRotationKey(context, record, record.old.hash),
  );
  if (key) {
    session.data.keys.change(withKey(key));
    const observation = observeOldKey(record, key, session.client.now());
    await services.registry.journal.update(record.id, (now) => observeOldKey(now, key, session.client.now()).record);
    return observation;
  }
  await runRecordStep(services, session, record, (context) => closeRotation(context, record));
  session.data.keys.change(withoutKeys(record.old.hash));
  void vscode.window.showInformationMessage(
    t("The old key of {0} was deleted elsewhere. The rotation has ended.", name),
  );
  return undefined;
}

function confirmDisabling(
  session: AccountSession,
  record: Rotation,
  observation: Observation,
  { title, inUse, files }: { title: string; inUse: boolean; files: FilesWithKey },
): Promise<boolean> {
  const t = vscode.l10n.t;
  const name = describeRotation(session, record);
  const question = inUse
    ? t("The old key of {0} is still in use. Disable it anyway?", name)
    : files.paths
      ? t("The old key of {0} is still in files. Disable it anyway?", name)
      : t("The old key of {0} may still be in files. Disable it anyway?", name);
  const detail = [
    spendingText(record, observation),
    ...filesText(files),
    t("Applications that use it will fail immediately. You can undo this."),
  ];
  return confirm(session, question, title, detail, t("Keep Active"));
}

function filesText({ paths, notSearched }: FilesWithKey): string[] {
  return [paths && vscode.l10n.t("These files contain the old key: {0}.", paths), notSearched];
}

function spendingText({ old }: Rotation, observation: Observation): string {
  return vscode.l10n.t("Old key {0}: {1}.", shortLabel(old.label), usageText(observation, exactTime));
}

async function setOldKeyDisabled(
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
