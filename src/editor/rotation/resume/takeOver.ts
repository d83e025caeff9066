import * as vscode from "vscode";
import { assessRotation, type Finding, type Rotation } from "../../../openrouter/rotation/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { isComplete } from "../../data/keyUpdates.ts";
import { confirm } from "../../platform/dialogs.ts";
import type { PendingSecrets } from "../../secrets/pendingSecrets.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { isRunningElsewhere } from "../journal/owner.ts";
import { describeRotation, refusalText, rotationLabel } from "../rotationText.ts";
import type { RotationServices } from "../services.ts";

// The first steps of Continue Rotation and Roll Back Rotation.

/**
 * Asks before taking over a rotation that another window seems to be working on. Perhaps only its process is left, or another
 * process has the same id now.
 */
export async function confirmTakeOver(session: AccountSession, record: Rotation): Promise<boolean> {
  if (!isRunningElsewhere(record)) return true;
  const t = vscode.l10n.t;
  const question = t("Another window seems to be working on the rotation of {0}.", describeRotation(session, record));
  const detail = t("Continue here only if no other window is asking you about it.");
  return confirm(session, question, t("Continue Here"), [detail], t("Don't Continue"));
}

/**
 * Stamps a rotation as owned by this window.
 * @throws Error if another window has ended it, or has taken it over since `confirmTakeOver`
 */
export async function claim({ registry }: RotationServices, record: Rotation): Promise<Rotation> {
  const owner = await registry.ownerStamp();
  const claimed = await registry.journal.update(record.id, (now) =>
    isRunningElsewhere(now) && now.owner?.since !== record.owner?.since ? now : { ...now, owner },
  );
  if (!claimed) throw new Error(refusalText(record, "gone"));
  if (claimed.owner?.pid !== owner.pid) throw new Error(refusalText(record, "busy"));
  return claimed;
}

/** Assesses a rotation against freshly read keys. @throws Error if the keys can't be read */
export async function assessNow(
  { secrets }: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<Finding> {
  const { keys } = session.data;
  const title = vscode.l10n.t("Checking the keys of {0}", rotationLabel(record));
  await runWithProgress(title, async (signal) => {
    const cancelled = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => cancelled.reject(signal.reason));
    await Promise.race([Promise.all([keys.load({ fresh: true }), secrets.ready]), cancelled.promise]);
  });
  // An ended session doesn't read its keys again.
  requireLive(session);
  const { current, failure } = keys;
  if (failure || !current?.complete) throw new Error(failure ?? vscode.l10n.t("Couldn't load the keys."));
  const finding = assessRotation(record, current.value.keys, await storedSecretHashes(secrets));
  // A key that could not be read looks like a deleted one.
  const isKnown = finding.state === "underway" && finding.old && finding.new;
  if (!isComplete(current.value) && !isKnown) throw new Error(refusalText(record, "incomplete"));
  return finding;
}

/** Returns the hashes of the stored secrets. Checks each, since its record is written before the secret. */
async function storedSecretHashes(pendingSecrets: PendingSecrets): Promise<Set<string>> {
  const hashes = pendingSecrets.list().map(({ hash }) => hash);
  const secrets = await Promise.all(hashes.map((hash) => pendingSecrets.get(hash)));
  return new Set(hashes.filter((_, i) => secrets[i] !== undefined));
}
