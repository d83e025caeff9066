import * as vscode from "vscode";
import type { Key } from "../../../openrouter/index.ts";
import {
  type Finding,
  isHandedOver,
  type OrphanChoice,
  type Rotation,
  rollBack,
} from "../../../openrouter/rotation/index.ts";
import { shortLabel } from "../../../openrouter/text/redact.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withoutKeyAssignments } from "../../data/guardrailUpdates.ts";
import { withDisabled, withoutKeys } from "../../data/keyUpdates.ts";
import { askModal } from "../../platform/dialogs.ts";
import { type FilesWithKey, filesWithKey } from "../files/filesWithKey.ts";
import { withoutOwnStamp } from "../journal/owner.ts";
import { rotationFor } from "../pickRotation.ts";
import { describeRotation, rotationLabel, spentText } from "../rotationText.ts";
import { runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { chooseOrphans, unusedKeyText } from "./orphans.ts";
import { assessNow, claim, confirmTakeOver } from "./takeOver.ts";

/** Undoes a rotation after showing what is deleted and what is kept. `DELETE /keys/{hash}`, `PATCH /keys/{hash}` */
export async function rollBackRotation(services: RotationServices, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const { sessions, registry } = services;
  const session = await sessions.for(target);
  const record = await rotationFor(services, session, target, {
    title: t("Roll Back Rotation"),
    appliesTo: ({ id, step }) => step !== "finished" && !registry.isRunningHere(id),
    emptyMessage: t("There is no rotation to roll back."),
  });
  if (!(await confirmTakeOver(session, record))) return;
  const markEnded = registry.markRunning(record.id);
  try {
    await rollBackClaimed(services, session, await claim(services, record));
  } finally {
    markEnded();
    await registry.journal.update(record.id, withoutOwnStamp);
  }
}

async function rollBackClaimed(services: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const { data } = session;
  const name = rotationLabel(record);
  const finding = await assessNow(services, session, record);
  if (!finding.actions.includes("rollBack"))
    throw new Error(
      isHandedOver(record)
        ? t("The old key of {0} was deleted, so rolling back would leave no key. End the rotation instead.", name)
        : t("The old key of {0} was deleted, so rolling back would leave no key. Continue the rotation instead.", name),
    );
  const files = record.new ? await filesWithKey(record.new, record.files) : undefined;
  const choice = await confirmRollBack(session, record, finding, files);
  if (!choice) return;
  const title = t("Rolling back {0}", name);
  await runStep(services, session, record, title, (context) => rollBack(context, record, choice));
  const deleted = [...(choice.remove ?? []), ...(record.new ? [record.new.hash] : [])];
  data.keys.change(withoutKeys(...deleted));
  data.guardrails.change(withoutKeyAssignments(...deleted));
  if (isHandedOver(record)) data.keys.change(withDisabled(record.old.hash, record.old.disabled));
  vscode.window.setStatusBarMessage(t("$(check) The rotation of {0} was rolled back.", name), 5_000);
}

/** Asks for confirmation. @param files the files with the new key. @returns undefined if the user cancels */
async function confirmRollBack(
  session: AccountSession,
  record: Rotation,
  finding: Finding,
  files: FilesWithKey | undefined,
): Promise<OrphanChoice | undefined> {
  const t = vscode.l10n.t;
  const title = t("Roll back the rotation of {0}", rotationLabel(record));
  const orphans = finding.state === "orphaned" || finding.state === "unidentified" ? finding.orphans : [];
  const choice: OrphanChoice =
    finding.state === "adoptable"
      ? { remove: [finding.key.hash], spare: finding.others.map(({ hash }) => hash) }
      : orphans.length > 1
        ? await chooseOrphans(session, title, orphans)
        : { remove: orphans.map(({ hash }) => hash) };
  const keyToDelete =
    finding.state === "underway"
      ? finding.new
      : finding.state === "adoptable"
        ? finding.key
        : orphans.find(({ hash }) => choice.remove?.includes(hash));
  const rollBackIt = t("Roll Back");
  const keep = t("Roll Back, Keep the Key");
  // With several orphans, the user has already picked the ones to delete.
  const buttons = orphans.length === 1 ? [rollBackIt, keep] : [rollBackIt];
  const isMissing = finding.state === "unidentified" && !keyToDelete;
  const deleted = isMissing ? [missingKeyText()] : deletedText(record, keyToDelete, choice);
  const inFiles = files?.paths && t("These files contain the new key: {0}. Put another key there.", files.paths);
  const detail = [...deleted, inFiles, files?.notSearched, keptText(record)];
  const question = t("Roll back the rotation of {0}?", describeRotation(session, record));
  const answer = await askModal(session, question, { detail, buttons, safe: t("Keep Rotation") });
  if (answer === keep) return { spare: orphans.map(({ hash }) => hash) };
  return answer === rollBackIt ? choice : undefined;
}

/** For a new key that is not in the list: it was deleted elsewhere or could not be read. */
function missingKeyText(): string {
  return vscode.l10n.t(
    "The new key is not in the list of keys. Its secret will be deleted. If the key exists, delete it at OpenRouter.",
  );
}

function deletedText(record: Rotation, keyToDelete: Key | undefined, { remove = [] }: OrphanChoice): string[] {
  const t = vscode.l10n.t;
  if (!keyToDelete) return [record.new ? t("The new key has already been deleted.") : t("No key will be deleted.")];
  if (remove.length > 1) return [t("Will be deleted: {0} keys that the lost request created.", remove.length)];
  const spent = { usage: keyToDelete.usage, byok_usage: keyToDelete.byok_usage ?? 0 };
  if (spent.usage + spent.byok_usage === 0)
    return [t("Will be deleted: the new key ({0}) and its secret.", unusedKeyText(keyToDelete))];
  return [
    t(
      "Will be deleted: the new key ({0}) and its secret. It has spent {1}.",
      shortLabel(keyToDelete.label),
      spentText(spent),
    ),
    t("Requests with it will fail immediately."),
  ];
}

function keptText({ old, step }: Rotation): string {
  const t = vscode.l10n.t;
  const label = shortLabel(old.label);
  if (step === "disabled" && !old.disabled) return t("Will be kept and enabled again: the old key ({0}).", label);
  return old.disabled
    ? t("Will be kept: the old key ({0}), disabled as before.", label)
    : t("Will be kept: the old key ({0}), active.", label);
}
