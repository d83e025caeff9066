import * as vscode from "vscode";
import type { Key } from "../../openrouter/index.ts";
import type { App } from "../app.ts";
import { commandIds } from "../platform/ids.ts";
import { runReported } from "../platform/register.ts";
import { changeKey } from "./changeKey.ts";
import { keyName } from "./keyRows.ts";
import { keyFor } from "./pickKey.ts";

/** Disables a key at once, for it can be enabled again; the row that merely is selected, only after a question. */
export async function disableKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Disable Key");
  const confirm = (key: Key) =>
    agreed(t("Disable {0}?", keyName(key)), t("Requests with it are refused until it is enabled again."), title);
  const key = await keyFor(app, target, { title, only: (one) => !one.disabled, confirm });
  await changeKey(app, key, { disabled: true });
  void offerEnable(app, key);
}

export async function enableKey(app: App, target: unknown): Promise<void> {
  const t = vscode.l10n.t;
  const title = t("Enable Key");
  const confirm = (key: Key) =>
    agreed(t("Enable {0}?", keyName(key)), t("Requests with it are accepted again."), title);
  const key = await keyFor(app, target, { title, only: (one) => one.disabled, confirm });
  await changeKey(app, key, { disabled: false });
}

async function agreed(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

async function offerEnable(app: App, key: Key): Promise<void> {
  const enable = vscode.l10n.t("Enable Again");
  const said = vscode.l10n.t("{0} is disabled: requests with it are refused.", keyName(key));
  if ((await vscode.window.showInformationMessage(said, enable)) !== enable) return;
  await runReported(app.log, commandIds.enableKey, () => changeKey(app, key, { disabled: false }));
}
