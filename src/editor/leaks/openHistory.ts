import * as vscode from "vscode";
import { historyUri } from "./documentUris.ts";

/** Shows what removing a secret from Git's history means, as a readonly text. */
export async function explainHistory(): Promise<void> {
  await vscode.window.showTextDocument(historyUri(), { preview: true });
}
