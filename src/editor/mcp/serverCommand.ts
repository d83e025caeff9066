import * as vscode from "vscode";

interface ServerCommand {
  command: string;
  args: string[];
}

/** Returns the command line of the bundled server: VS Code's own Node runs it. */
export function serverCommand(context: vscode.ExtensionContext): ServerCommand {
  const script = vscode.Uri.joinPath(context.extension.extensionUri, "dist", "server.js").fsPath;
  return { command: process.execPath, args: [...debugArgs(context), script] };
}

/** Lets a debugger attach to the server if the extension itself is being debugged. The launch configuration sets the port. */
function debugArgs({ extensionMode }: vscode.ExtensionContext): string[] {
  const port = process.env.OPENROUTER_ADMIN_INSPECT_PORT;
  const isDebugged = extensionMode === vscode.ExtensionMode.Development && /^\d+$/.test(port ?? "");
  return isDebugged ? [`--inspect=127.0.0.1:${port}`] : [];
}
