import * as vscode from "vscode";
import { deleteStrayKey, type Rotation } from "../../../openrouter/rotation/index.ts";
import type { Key } from "../../../openrouter/schemas.ts";
import type { AccountSession } from "../../data/accountData.ts";
import { withoutKeys } from "../../data/keyUpdates.ts";
import { commandIds } from "../../platform/ids.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import { runStep } from "../runFlow.ts";
import type { RotationServices } from "../services.ts";
import { unusedKeyText } from "./orphans.ts";

/** Offers to delete keys that a lost create request created late, after it was sent again. Nobody has their secrets. */
export function offerStrays(
  services: RotationServices,
  session: AccountSession,
  record: Rotation,
  strays: readonly Key[],
): void {
  for (const stray of strays)
    void reportErrors(services.log, commandIds.continueRotation, () => offer(services, session, record, stray));
}

async function offer(services: RotationServices, session: AccountSession, record: Rotation, stray: Key): Promise<void> {
  const t = vscode.l10n.t;
  const [remove, keep] = [t("Delete It"), t("Keep It")];
  const text = t(
    "Another key {0} has appeared ({1}). The first attempt of the rotation may have created it. If so, nobody has its secret.",
    safeLabel(stray.name),
    unusedKeyText(stray),
  );
  const answer = await vscode.window.showWarningMessage(safeLabel(text), remove, keep);
  if (answer === keep) {
    const known = (now: Rotation) => ({ ...now, knownHashes: [...now.knownHashes, stray.hash] });
    await services.registry.journal.update(record.id, known);
  }
  if (answer !== remove) return;
  const title = t("Deleting {0}", safeLabel(stray.name));
  await runStep(services, session, record, title, (context) => deleteStrayKey(context, record, stray.hash));
  session.data.keys.change(withoutKeys(stray.hash));
}
