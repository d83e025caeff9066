import * as vscode from "vscode";
import { mcpServerLabel } from "../platform/ids.ts";
import { type Environment, type ReadSetting, type WatchedSetting, watchedSettings } from "./environment.ts";

/** Reads what `checkEnvironment` needs to know about this window. */
export function readEnvironment(extension: vscode.Extension<unknown>, command: readonly string[]): Environment {
  const configuration = vscode.workspace.getConfiguration();
  const read = (id: WatchedSetting): ReadSetting => {
    const inspected = configuration.inspect<unknown>(id);
    return {
      value: configuration.get(id),
      // The API has no field for a policy's value: it replaces the default.
      defaultValue: inspected?.defaultValue,
      workspaceValue: inspected?.workspaceFolderValue ?? inspected?.workspaceValue,
    };
  };
  return {
    settings: Object.fromEntries(watchedSettings.map((id) => [id, read(id)])),
    remoteName: vscode.env.remoteName,
    isWeb: vscode.env.uiKind === vscode.UIKind.Web,
    runsRemotely: extension.extensionKind === vscode.ExtensionKind.Workspace,
    server: { name: mcpServerLabel, command },
  };
}
