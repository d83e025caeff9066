import * as vscode from "vscode";
import type { ContextKey } from "./ids.ts";

/** Sets a context key, which the `when` clauses of package.json read. */
export function setContext(key: ContextKey, value: string | boolean | number): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
