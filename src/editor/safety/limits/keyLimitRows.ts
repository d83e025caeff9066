import * as vscode from "vscode";
import type { RowsBelow } from "../../keys/keyList.ts";

/** The rows under keys that say which budget runs out first. Loaded with the first keys, not at activation. */
export function createKeyLimitRows(): RowsBelow & vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return {
    onDidChange: changed.event,
    rows: async () => (await import("./limitRow.ts")).rowsBelow(() => changed.fire()),
    dispose: () => changed.dispose(),
  };
}
