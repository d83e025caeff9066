import * as vscode from "vscode";
import { commandIds } from "../platform/ids.ts";

/** Says that the key is stored, and offers to start the MCP server. */
export async function offerServer(): Promise<void> {
  const start = vscode.l10n.t("Start the MCP Server");
  const stored = vscode.l10n.t(
    "The key is stored in VS Code's secret storage. Agent mode can use it through the MCP server.",
  );
  const chosen = await vscode.window.showInformationMessage(stored, start);
  if (chosen === start) await vscode.commands.executeCommand(commandIds.startMcpServer);
}
