import * as vscode from "vscode";
import type { Client } from "../../openrouter/index.ts";
import { deleteStray, type Rotation } from "../../openrouter/rotation/index.ts";
import type { Key } from "../../openrouter/schemas.ts";
import type { App } from "../app.ts";
import { withoutKeys } from "../data/updates.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { takeStep } from "./flow.ts";
import { keyFacts } from "./orphans.ts";

/** Says of keys that a lost create made late, after it was sent again: nobody has their secrets. */
export function offerStrays(app: App, client: Client, record: Rotation, strays: readonly Key[]): void {
  for (const stray of strays)
    void runReported(app.log, commandIds.continueRotation, () => offer(app, client, record, stray));
}

async function offer(app: App, client: Client, record: Rotation, stray: Key): Promise<void> {
  const t = vscode.l10n.t;
  const [remove, spare] = [t("Delete It"), t("Keep It")];
  const text = t(
    "Another key {0} has appeared ({1}). The first attempt at the rotation may have created it; then nobody has its secret.",
    safeLabel(stray.name),
    keyFacts(stray),
  );
  const answer = await vscode.window.showWarningMessage(safeLabel(text), remove, spare);
  if (answer === spare)
    await app.rotations.journal.update(record.id, (now) => ({ ...now, knownHashes: [...now.knownHashes, stray.hash] }));
  if (answer !== remove) return;
  const title = t("Deleting {0}", safeLabel(stray.name));
  await takeStep(app, client, record, title, (context) => deleteStray(context, record, stray.hash));
  app.data.keys.change(withoutKeys(stray.hash));
}
