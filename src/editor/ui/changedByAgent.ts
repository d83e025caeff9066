import * as vscode from "vscode";

/** Returns the screen-reader text for "by agent" in a row. */
export function changedByAgentText(): string {
  return vscode.l10n.t("changed by an agent");
}
