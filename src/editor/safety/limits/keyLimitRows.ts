import * as vscode from "vscode";
import type { RowsBelow } from "../../keys/keyList.ts";

/** The rows under keys that say which budget runs out first, and when their limits are reached. Loaded with the first keys, not at activation. */
export function createKeyLimitRows(): RowsBelow & vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return {
    onDidChange: changed.event,
    rows: async () => (await import("./limitRow.ts")).limitDetails(() => changed.fire()),
    dispose: () => changed.dispose(),
  };
}
