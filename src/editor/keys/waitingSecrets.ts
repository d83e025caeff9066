import * as vscode from "vscode";
import type { App } from "../app.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { shown } from "../platform/safeLabel.ts";
import { handOver } from "../secrets/handOver.ts";
import type { HeldSecret } from "../secrets/heldSecrets.ts";

/** Hands the secret of a new key over, or says where it waits and offers to do it now. */
export async function handOverNew(app: App, key: { hash: string; name: string }, title: string): Promise<void> {
  if (!(await handOver(app.held, key, { title }))) void offer(app, [key]);
}

/** At the start: secrets of new keys that an earlier session did not get to hand over, as far as they are `due`. */
export async function offerWaiting(app: App, due: (held: HeldSecret) => boolean): Promise<void> {
  const { held, log } = app;
  await held.ready;
  const waiting: HeldSecret[] = [];
  for (const one of held.list().filter((each) => each.state === "waiting" && due(each))) {
    if (await held.secret(one.hash)) waiting.push(one);
    else {
      // The end came between the note that it waits and its keeping.
      log.warn(`The secret of the key ${one.hash} was lost before it could be kept.`);
      await held.discard(one.hash);
    }
  }
  await offer(app, waiting);
}

async function offer(app: App, keys: { hash: string; name: string }[]): Promise<void> {
  for (const key of keys) {
    const now = vscode.l10n.t("Hand Over Now");
    const text = vscode.l10n.t("The secret of {0} still waits in VS Code's secret storage.", shown(key.name));
    if ((await vscode.window.showWarningMessage(text, now)) !== now) continue;
    await runReported(app.log, commandIds.handOverSecret, () => handOverWaiting(app, key));
  }
}

/** Where it belongs to a rotation, that goes on: it has to know that the secret was handed over. */
export async function handOverWaiting(app: App, key: { hash: string; name: string }): Promise<void> {
  // Under the rotation's id as long as it is not known which key it is.
  const rotation = app.rotations.journal.all().find(({ id, new: own }) => own?.hash === key.hash || id === key.hash);
  if (rotation) await vscode.commands.executeCommand(commandIds.continueRotation, { rotation });
  else await handOverNew(app, key, vscode.l10n.t("The secret of {0}", shown(key.name)));
}
