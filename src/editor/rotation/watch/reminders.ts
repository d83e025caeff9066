import * as vscode from "vscode";
import {
  isHandedOver,
  isReminderDue,
  isRestoreDue,
  type Observation,
  type Rotation,
} from "../../../openrouter/rotation/index.ts";
import { formatCount } from "../../../openrouter/text/format.ts";
import { DAY_MS } from "../../../openrouter/time.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { type CommandId, commandIds } from "../../platform/ids.ts";
import { displayLocale } from "../../platform/locale.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { limitText } from "../../ui/limitText.ts";
import { snoozeFor, WEEK_DAYS } from "../finish/snooze.ts";
import { rotationLabel, usageText, withLabelOfTwin } from "../rotationText.ts";
import { rotationFacts } from "../rows/rotationFacts.ts";
import type { RotationServices } from "../services.ts";
import { MAX_SINGLE } from "./maxSingle.ts";

/** Shows a reminder, at most once a day per rotation, of old keys that still exist and of limits to restore. */
export async function showDueReminders(services: RotationServices, session: AccountSession): Promise<void> {
  const { registry, log } = services;
  const due: { record: Rotation; reminder: "limit" | "oldKey" }[] = [];
  for (const record of registry.list(session)) {
    // OpenRouter's clock decides when a limit can be restored, if it is known.
    const now = session.client.now();
    const reminder = isLimitReminderDue(record, now) ? "limit" : isReminderDue(record, now) ? "oldKey" : undefined;
    if (!reminder || registry.isRunningHere(record.id)) continue;
    // Recorded before it is shown, so that no other window shows it too.
    await registry.journal.update(record.id, (one) => ({ ...one, remindedAt: now.toISOString() }));
    due.push({ record, reminder });
  }
  // Not awaited, because they end only when somebody responds.
  if (due.length > MAX_SINGLE)
    void reportErrors(log, commandIds.snoozeRotation, () => remindOfMany(services, due[0]!.record, due.length));
  else
    for (const { record, reminder } of due)
      void (reminder === "limit"
        ? reportErrors(log, commandIds.restoreRotatedLimit, () => remindOfLimit(session, record))
        : reportErrors(log, commandIds.snoozeRotation, () => remindOfOldKey(services, session, record)));
}

async function remindOfMany({ registry, keys }: RotationServices, { id }: Rotation, count: number): Promise<void> {
  const t = vscode.l10n.t;
  const show = t("Show");
  const text = t("{0} rotations wait for a decision about an old key or a limit.", formatCount(count, displayLocale()));
  if ((await vscode.window.showInformationMessage(text, show)) === show) await registry.reveal(keys, id);
}

/** True once the period has ended, and again a day after the last reminder. */
function isLimitReminderDue(record: Rotation, now: Date): boolean {
  if (!isRestoreDue(record, now) || !(isHandedOver(record) || record.step === "finished")) return false;
  if (record.snoozedUntil && Date.parse(record.snoozedUntil) > now.getTime()) return false;
  const lastReminder = Date.parse(record.remindedAt ?? record.startedAt);
  return lastReminder < Date.parse(record.restoreLimit?.from ?? "") || now.getTime() - lastReminder >= DAY_MS;
}

async function remindOfLimit(session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const restore = t("Restore Limit");
  const limit = limitText(record.restoreLimit?.limit, record.body.limit_reset);
  const text = t(
    "The limit of {0} was reduced to what remained of a period that has now ended. Restore it to {1}?",
    rotationLabel(record),
    limit,
  );
  const message = withLabelOfTwin(session, record, text);
  if ((await vscode.window.showInformationMessage(message, restore)) === restore)
    await runCommand(commandIds.restoreRotatedLimit, record);
}

async function remindOfOldKey(services: RotationServices, session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const { registry, keys } = services;
  const { old, newState } = rotationFacts(record, { session, isRunningHere: registry.isRunningHere });
  // Disabling the old key would leave no working key.
  if (newState === "deleted") return warnOfDeletedNewKey(session, record);
  const disabled = record.step === "disabled";
  const next = disabled ? t("Delete Old Key") : t("Disable Old Key");
  const [snooze, show] = [t("Snooze a Week"), t("Show")];
  const name = rotationLabel(record);
  const text = disabled ? t("{0} was rotated; its old key is disabled.", name) : oldKeyExistsText(name, old);
  const answer = await vscode.window.showInformationMessage(withLabelOfTwin(session, record, text), next, snooze, show);
  if (answer === next) await runCommand(disabled ? commandIds.deleteOldKey : commandIds.disableOldKey, record);
  if (answer === snooze) await snoozeFor(services, record, WEEK_DAYS);
  if (answer === show) await registry.reveal(keys, record.id);
}

async function warnOfDeletedNewKey(session: AccountSession, record: Rotation): Promise<void> {
  const t = vscode.l10n.t;
  const [back, end] = [t("Roll Back"), t("End Rotation")];
  const text = t("The new key of {0} was deleted elsewhere; the old key still exists.", rotationLabel(record));
  const answer = await vscode.window.showWarningMessage(withLabelOfTwin(session, record, text), back, end);
  if (answer === back) await runCommand(commandIds.rollBackRotation, record);
  if (answer === end) await runCommand(commandIds.dismissRotation, record);
}

function oldKeyExistsText(name: string, old: Observation | undefined): string {
  return old
    ? vscode.l10n.t("{0} was rotated; its old key is still active: {1}.", name, usageText(old))
    : vscode.l10n.t("{0} was rotated; its old key still exists.", name);
}

/** Runs a command, which reports its own errors. */
async function runCommand(command: CommandId, rotation: Rotation): Promise<void> {
  await vscode.commands.executeCommand(command, { rotation });
}
