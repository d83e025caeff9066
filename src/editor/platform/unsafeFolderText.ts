import * as vscode from "vscode";
import type { UnsafeFolderError } from "../../channel/entries.ts";

/** Says why the folder in which windows and servers find each other isn't used, and how to fix it. */
export function unsafeFolderText({ path, isDirectory }: UnsafeFolderError): string {
  const t = vscode.l10n.t;
  return isDirectory
    ? t("Other users can access the folder {0}, so it isn't used. Restrict it to your user: chmod 700 {0}", path)
    : t("{0} must be a folder: VS Code and MCP servers find each other there. Remove the file and try again.", path);
}
