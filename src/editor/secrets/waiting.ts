import * as vscode from "vscode";
import type { App } from "../app.ts";
import { shown } from "../shown.ts";
import { handOver } from "./handOver.ts";
import type { HeldSecret } from "./heldSecrets.ts";

/** Hands the secret of a new key over, or says where it waits and offers to do it now. */
export async function handOverNew(app: App, key: { hash: string; name: string }, title: string): Promise<void> {
  if (await handOver(app.held, key, { title })) return;
  void offer(app, [key]);
}

/** At the start: secrets of new keys that an earlier session did not get to hand over, as far as they are `due`. */
export async function offerWaiting(app: App, due: (held: HeldSecret) => boolean): Promise<void> {
  await app.held.ready;
  const waiting = app.held.list().filter((held) => held.state === "waiting" && due(held));
  if (waiting.length > 0) await offer(app, waiting);
}

async function offer(app: App, keys: { hash: string; name: string }[]): Promise<void> {
  for (const key of keys) {
    const now = vscode.l10n.t("Hand Over Now");
    const text = vscode.l10n.t("The secret of {0} still waits in VS Code's secret storage.", shown(key.name));
    if ((await vscode.window.showWarningMessage(text, now)) !== now) continue;
    await handOverNew(app, key, vscode.l10n.t("The secret of {0}", shown(key.name)));
  }
}
