import * as vscode from "vscode";

/** For screen readers: what "by agent" in a row means. */
export function changedByAgentText(): string {
  return vscode.l10n.t("changed by an agent");
}
