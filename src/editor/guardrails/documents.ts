import type * as vscode from "vscode";
import type { App } from "../app.ts";

export function registerGuardrailDocuments(_app: App): vscode.Disposable {
  return { dispose() {} };
}
