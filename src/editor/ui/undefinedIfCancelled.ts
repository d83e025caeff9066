import * as vscode from "vscode";

/** For `catch`: returns undefined if the user cancelled; rethrows other errors. */
export function undefinedIfCancelled(error: unknown): undefined {
  if (!(error instanceof vscode.CancellationError)) throw error;
}
