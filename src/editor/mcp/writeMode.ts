import * as vscode from "vscode";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { migrateWriteMode, turnOffWrites, watchWriteMode } from "../platform/settings.ts";

/** Tells menus whether agents may write, and brings what a version before kept in the settings up to date. */
export function registerWriteMode(log: Log): vscode.Disposable {
  // What cannot be written means the same as before.
  migrateWriteMode().catch((error) => log.warn(`The setting allowWriteTools was left as it is: ${error}`));
  return watchWriteMode((mode) => setContext(contextKeys.agentsMayWrite, mode !== "off"));
}

/** Turns the write tools off; those who pressed the button see it in the status bar, too. */
export async function turnOffWritesAndConfirm(): Promise<void> {
  await turnOffWrites();
  vscode.window.setStatusBarMessage(vscode.l10n.t("Agents are now read-only"), 5_000);
}
