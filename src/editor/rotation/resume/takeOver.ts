import * as vscode from "vscode";
import { assessRotation, type Finding, type Rotation } from "../../../openrouter/rotation/index.ts";
import { requireLive } from "../../account/session.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { isComplete } from "../../data/updates.ts";
import { confirm } from "../../platform/dialogs.ts";
import type { PendingSecrets } from "../../secrets/pendingSecrets.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { isOwnedElsewhere, ownerStamp } from "../journal/owner.ts";
import { refusalText, rotationLabel } from "../rotationText.ts";
import type { RotationServices } from "../services.ts";

// The first steps of continuing and of rolling back.

/** True if no other window works on it, or the person knows better: its process may be another's by now. */
export async function confirmTakeOver(record: Rotation): Promise<boolean> {
  if (!isOwnedElsewhere(record)) return true;
  const t = vscode.l10n.t;
  const question = t("Another window seems to work on the rotation of {0}.", rotationLabel(record));
  const detail = t("Go on here only if no other window asks you something about it.");
  return confirm(question, t("Go On Here"), [detail]);
}

/**
 * Marks it as worked on in this window.
 * @throws Error when another window has ended it, or has taken it up since `confirmTakeOver` was asked
 */
export async function claim({ registry }: RotationServices, record: Rotation): Promise<Rotation> {
  const owner = ownerStamp();
  const claimed = await registry.journal.update(record.id, (now) =>
    isOwnedElsewhere(now) && now.owner?.since !== record.owner?.since ? now : { ...now, owner },
  );
  if (!claimed) throw new Error(refusalText(record, "gone"));
  if (claimed.owner?.pid !== owner.pid) throw new Error(refusalText(record, "busy"));
  return claimed;
}

/** Assesses a rotation by a complete and fresh reading of the account. @throws Error when that fails */
export async function assessNow(
  { secrets }: RotationServices,
  session: AccountSession,
  record: Rotation,
): Promise<Finding> {
  const { keys } = session.data;
  const title = vscode.l10n.t("Looking at the keys of {0}", rotationLabel(record));
  await runWithProgress(title, async (signal) => {
    const cancelled = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => cancelled.reject(signal.reason));
    await Promise.race([Promise.all([keys.load({ fresh: true }), secrets.ready]), cancelled.promise]);
  });
  // The keys of an ended session are not read again.
  requireLive(session);
  const { current, failure } = keys;
  if (failure || !current?.complete) throw new Error(failure ?? vscode.l10n.t("The keys could not be read."));
  const finding = assessRotation(record, current.value.keys, await heldHashes(secrets));
  // A key that could not be read looks as if it were gone.
  const isKnown = finding.state === "underway" && finding.old && finding.new;
  if (!isComplete(current.value) && !isKnown) throw new Error(refusalText(record, "incomplete"));
  return finding;
}

/** Keys whose secrets are really there: the list of them is written before the secret is. */
async function heldHashes(held: PendingSecrets): Promise<Set<string>> {
  const hashes = held.list().map(({ hash }) => hash);
  const secrets = await Promise.all(hashes.map((hash) => held.secret(hash)));
  return new Set(hashes.filter((_, i) => secrets[i] !== undefined));
}
