import * as vscode from "vscode";
import type { App } from "../../app.ts";
import { keyName } from "../../keys/keyRows.ts";
import { keyFor } from "../../keys/pickKey.ts";
import { changeKey } from "./update.ts";

/** Disables a key at once: it can be enabled again. */
export async function disableKey(app: App, target: unknown): Promise<void> {
  const key = await keyFor(app, target, { title: vscode.l10n.t("Disable Key"), only: (one) => !one.disabled });
  await changeKey(app, key, { disabled: true });
  const enable = vscode.l10n.t("Enable Again");
  void vscode.window
    .showInformationMessage(vscode.l10n.t("{0} is disabled: requests with it are refused.", keyName(key)), enable)
    .then((chosen) => (chosen === enable ? enableKey(app, { key: { ...key, disabled: true } }) : undefined));
}

export async function enableKey(app: App, target: unknown): Promise<void> {
  const key = await keyFor(app, target, { title: vscode.l10n.t("Enable Key"), only: (one) => one.disabled });
  await changeKey(app, key, { disabled: false });
}
