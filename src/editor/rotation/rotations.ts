import * as vscode from "vscode";
import type { App } from "../app.ts";
import type { AccountData } from "../data/accountData.ts";
import type { Log } from "../log.ts";
import type { Node } from "../views/node.ts";

/** Rotations that are not finished: what the Keys view shows of them, and what is offered at the start. */
export interface Rotations extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  rows(): Node[];
  start(app: App): void;
}

export function createRotations(_context: vscode.ExtensionContext, _data: AccountData, _log: Log): Rotations {
  const changed = new vscode.EventEmitter<void>();
  return { onDidChange: changed.event, rows: () => [], start() {}, dispose: () => changed.dispose() };
}
