import type * as vscode from "vscode";
import type { Wing } from "../platform/wing.ts";
import { keyCommands } from "./commands.ts";
import type { KeyList, RowSource, RowsBelow } from "./keyList.ts";
import { createKeysView } from "./keysView.ts";
import { registerLimitDecoration } from "./limitDecoration.ts";
import type { KeyServices } from "./services.ts";

interface KeysWingOptions extends Omit<KeyServices, "list"> {
  memory: vscode.Memento;
  /** Rows shown above the keys: the pending rotations. */
  rowsAbove: RowSource;
  /** The first rows under each key: what limits it. */
  rowsBelow: RowsBelow;
}

/** Creates the Keys view and the key commands. */
export function createKeysWing(options: KeysWingOptions): Wing & { list: KeyList } {
  const list = createKeysView(options);
  return {
    list,
    commands: keyCommands({ ...options, list }),
    views: [list],
    disposables: [list, registerLimitDecoration()],
  };
}
