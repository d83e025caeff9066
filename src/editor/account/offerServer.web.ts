import * as vscode from "vscode";

/** Says that the key is stored. There is no MCP server in a browser. */
export async function offerServer(): Promise<void> {
  await vscode.window.showInformationMessage(vscode.l10n.t("The key is stored in VS Code's secret storage."));
}
