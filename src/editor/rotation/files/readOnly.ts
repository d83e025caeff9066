import { stat } from "node:fs/promises";
import * as vscode from "vscode";

/** True if VS Code opens the file as read-only: its file system or the user's settings say so. */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  const { permissions } = await vscode.workspace.fs.stat(uri).then(undefined, () => ({ permissions: undefined }));
  if (permissions !== undefined && permissions & vscode.FilePermission.Readonly) return true;
  const files = vscode.workspace.getConfiguration("files", uri);
  if (files.get("readonlyFromPermissions") === true && (await isLocked(uri))) return true;
  const matches = async (setting: string) => {
    const globs = Object.entries(files.get<Record<string, unknown>>(setting) ?? {}).filter(([, on]) => on === true);
    const found = await Promise.all(globs.map(([glob]) => vscode.workspace.findFiles(glob, null)));
    return found.flat().some((one) => one.toString() === uri.toString());
  };
  return (await matches("readonlyInclude")) && !(await matches("readonlyExclude"));
}

/** Returns the read-only ones among the files, as texts. */
export async function readOnlyFiles(uris: readonly vscode.Uri[]): Promise<Set<string>> {
  const different = [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
  const found = await Promise.all(different.map(isReadOnly));
  return new Set(different.filter((_, i) => found[i]).map(String));
}

/** True if nobody may write to the file; the superuser could all the same. */
async function isLocked({ scheme, fsPath }: vscode.Uri): Promise<boolean> {
  if (scheme !== "file") return false;
  return stat(fsPath).then(
    ({ mode }) => (mode & 0o200) === 0,
    () => false,
  );
}
