import * as vscode from "vscode";
import { settingIds } from "../../platform/ids.ts";
import { safeLabel } from "../../platform/safeLabel.ts";
import type { SafetyServices } from "../services.ts";
import { POLICY_FILE } from "./policyState.ts";
import { defaultPolicyText } from "./template.ts";

interface Place extends vscode.QuickPickItem {
  folder?: vscode.Uri;
}

/** Opens the policy that comes first. If there is none, offers to create a file with the built-in rules, or the settings. */
export async function openPolicy({ view }: SafetyServices): Promise<void> {
  const { origin, problem } = await (await view.model()).policy.current();
  const first = problem?.origin ?? origin;
  if (first.kind === "file") return showFile(first.uri, problem?.line);
  if (first.kind === "setting") return openSetting();
  const folder = await pickFolder();
  if (folder === undefined) return openSetting();
  const uri = vscode.Uri.joinPath(folder, POLICY_FILE);
  await createFile(uri, defaultPolicyText());
  await showFile(uri);
}

/** @param line 1-based */
export async function showFile(uri: vscode.Uri, line?: number): Promise<void> {
  const at = line === undefined ? undefined : new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, { selection: at && new vscode.Range(at, at) });
}

/** Never overwrites a file. @throws vscode.FileSystemError if it exists or can't be written */
export async function createFile(uri: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { overwrite: false, ignoreIfExists: false, contents: new TextEncoder().encode(text) });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(vscode.l10n.t("Couldn't create {0}.", safeLabel(vscode.workspace.asRelativePath(uri))));
}

async function openSetting(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", `@id:${settingIds.safetyPolicy}`);
}

/** Returns the folder for a new file; undefined for the settings. @throws vscode.CancellationError when closed */
export async function pickFolder(): Promise<vscode.Uri | undefined> {
  const t = vscode.l10n.t;
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) return undefined;
  const places: Place[] = [
    ...folders.map(({ name, uri }) => ({
      label: t("$(new-file) Create {0} in {1}", POLICY_FILE, safeLabel(name)),
      detail: t("Applies to everybody who opens the folder, and to agents that work in it."),
      folder: uri,
    })),
    {
      label: t("$(settings-gear) Use Your Settings"),
      detail: t("Applies to all windows in which no folder has such a file."),
    },
  ];
  const picked = await vscode.window.showQuickPick(places, {
    title: t("Key Policy"),
    placeHolder: t("There is no policy yet: built-in rules apply. Where do you want to keep yours?"),
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.folder;
}
