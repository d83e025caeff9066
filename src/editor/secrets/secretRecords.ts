import { join } from "node:path";
import type * as vscode from "vscode";
import { createJsonFolder, type JsonFolder } from "../platform/jsonFolder.ts";
import { isPendingSecret, type PendingSecret } from "./pendingSecret.ts";

/** The records of new secrets, without the secrets; all windows share them. */
export type SecretRecords = Pick<
  JsonFolder<PendingSecret>,
  "list" | "write" | "update" | "remove" | "removeStaleFiles"
>;

export function createSecretRecords(globalStorage: vscode.Uri): SecretRecords {
  return createJsonFolder(join(globalStorage.fsPath, "held"), isPendingSecret);
}
