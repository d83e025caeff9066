import * as vscode from "vscode";
import { setContext } from "../platform/contextKeys.ts";
import { contextKeys } from "../platform/ids.ts";
import type { Log } from "../platform/log.ts";
import { migrateWriteMode, turnOffWrites, watchWriteMode } from "../platform/settings.ts";

/** Keeps the context key for menus up to date, and migrates the setting of version 0. */
export function registerWriteMode(log: Log): vscode.Disposable {
  // If the setting can't be migrated, its old value is still understood.
  migrateWriteMode().catch((error) => log.warn(`The setting allowWriteTools was left as it is: ${error}`));
  return watchWriteMode((mode) => setContext(contextKeys.agentsMayWrite, mode !== "off"));
}

/** Turns the write tools off and confirms it in the status bar. */
export async function turnOffWritesAndConfirm(): Promise<void> {
  await turnOffWrites();
  vscode.window.setStatusBarMessage(vscode.l10n.t("Agents are now read-only"), 5_000);
}
