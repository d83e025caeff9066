import * as vscode from "vscode";

/** Says why the chat couldn't answer: in a browser it has none of our tools. */
export async function openChat(): Promise<void> {
  void vscode.window.showInformationMessage(serverNeedsComputer());
}

/** Says why there is no MCP server, and what to do. */
export function serverNeedsComputer(): string {
  return vscode.l10n.t(
    "MCP servers need VS Code on a computer: a browser can't start programs. Open this in VS Code desktop to let agents use OpenRouter Admin.",
  );
}
