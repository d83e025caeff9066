import * as vscode from "vscode";
import type { Client } from "../../openrouter/index.ts";
import { shortLabel } from "../../openrouter/redact.ts";
import {
  close,
  deleteOld,
  disableOld,
  type Observation,
  observe,
  type Rotation,
  type RotationContext,
  readOwn,
  undoDisable,
} from "../../openrouter/rotation/index.ts";
import { type App, clientOf } from "../app.ts";
import { withDisabled, withKey, withoutKeys, withoutKeysBound } from "../data/updates.ts";
import { commandIds } from "../platform/ids.ts";
import { note, takeStep } from "./flow.ts";
import { rotationFor } from "./pickRotation.ts";
import { refusalText, rotationLabel, useText } from "./rotationText.ts";

/** Disables the old key of a rotation: it can be enabled again. Asks first where the key is in use. `PATCH /keys/{hash}` */
export async function disableOldKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Disable Old Key");
  const client = await clientOf(app);
  const fits = ({ step }: Rotation) => step === "pending";
  const record = await rotationFor(app, target, { title, fits, none: t("No rotation has an active old key.") });
  const name = rotationLabel(record);
  const seen = await lookAtOld(app, client, record);
  if (!seen) return;
  // Unless somebody has done so elsewhere.
  if (seen.record.step === "pending") {
    const inUse = seen.record.lastSpentAt !== undefined && !seen.silent;
    if (inUse && !(await confirm(record, seen, title))) return;
    await patch(app, client, seen.record, t("Disabling the old key of {0}", name), true, disableOld);
  }
  const undo = t("Undo");
  const text = t("The old key of {0} is disabled: requests with it are refused.", name);
  void vscode.window.showInformationMessage(text, undo).then((answer) => {
    if (answer === undo) void vscode.commands.executeCommand(commandIds.undoDisableOldKey, { rotation: record });
  });
}

/** Enables the old key again. `PATCH /keys/{hash}` */
export async function undoDisableOldKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const client = await clientOf(app);
  const fits = ({ step }: Rotation) => step === "disabled";
  const none = t("No rotation has a disabled old key.");
  const record = await rotationFor(app, target, { title: t("Undo: Enable Old Key"), fits, none });
  const seen = await lookAtOld(app, client, record);
  if (!seen) return;
  const name = rotationLabel(record);
  if (seen.record.step === "disabled")
    await patch(app, client, record, t("Enabling the old key of {0}", name), false, undoDisable);
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} is active again.", name), 5_000);
}

/** Deletes the old key, which ends the rotation, after showing what it spent since. `DELETE /keys/{hash}` */
export async function deleteOldKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Delete Old Key");
  const client = await clientOf(app);
  const fits = ({ step }: Rotation) => step === "disabled";
  const none = t("No rotation has a disabled old key. An old key is disabled before it is deleted.");
  const record = await rotationFor(app, target, { title, fits, none });
  const name = rotationLabel(record);
  const seen = await lookAtOld(app, client, record);
  if (!seen) return;
  if (seen.record.step === "pending") throw new Error(refusalText(record, "enabledAgain"));
  const question = t("Delete the old key of {0}?", name);
  const detail = [
    spendingText(record, seen),
    !seen.silent && t("It is not silent for a day yet: what uses it rarely may not have shown itself."),
    t("Its history is no longer shown by key, and requests with it fail for good. This cannot be undone."),
    t("Left disabled, it refuses requests, too, and keeps its history."),
  ];
  const options = { modal: true, detail: detail.filter(Boolean).join("\n\n") };
  if ((await vscode.window.showWarningMessage(question, options, title)) !== title) return;
  const deleting = t("Deleting the old key of {0}", name);
  await takeStep(app, client, record, deleting, (context) => deleteOld(context, record));
  const { hash } = record.old;
  await app.held.discard(hash);
  app.data.keys.change(withoutKeys(hash));
  app.data.guardrails.change(withoutKeysBound(hash));
  vscode.window.setStatusBarMessage(t("$(check) The old key of {0} was deleted.", name), 5_000);
}

/** The old key as it is now; where it was deleted elsewhere, the rotation ends, and it is undefined. `GET /keys/{hash}` */
async function lookAtOld(app: App, client: Client, record: Rotation): Promise<Observation | undefined> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const title = t("Reading the old key of {0}", name);
  const key = await takeStep(app, client, record, title, (context) => readOwn(context, record, record.old.hash));
  if (key) {
    app.data.keys.change(withKey(key));
    const seen = observe(record, key, client.now());
    await app.rotations.journal.update(record.id, (now) => observe(now, key, client.now()).record);
    return seen;
  }
  await note(app, client, record, (context) => close(context, record));
  app.data.keys.change(withoutKeys(record.old.hash));
  void vscode.window.showInformationMessage(t("The old key of {0} was deleted elsewhere: the rotation is over.", name));
  return undefined;
}

async function confirm(record: Rotation, seen: Observation, disable: string): Promise<boolean> {
  const t = vscode.l10n.t;
  const name = rotationLabel(record);
  const question = t("The old key of {0} is still in use. Disable it all the same?", name);
  const detail = [spendingText(record, seen), t("What uses it fails at once. Disabling can be undone.")].join("\n\n");
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, disable)) === disable;
}

function spendingText({ old }: Rotation, seen: Observation): string {
  return vscode.l10n.t("Old key {0}: {1}.", shortLabel(old.label), useText(seen));
}

async function patch(
  app: App,
  client: Client,
  record: Rotation,
  title: string,
  disabled: boolean,
  step: (context: RotationContext, record: Rotation) => Promise<Rotation>,
): Promise<void> {
  await takeStep(app, client, record, title, (context) => step(context, record));
  app.views.keys.touch(record.old.hash);
  app.data.keys.change(withDisabled(record.old.hash, disabled));
}
