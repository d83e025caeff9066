import { stat } from "node:fs/promises";
import * as vscode from "vscode";

/** Returns the files that match a glob pattern, as texts. */
type Match = (glob: string) => Promise<Set<string>>;

/** True if VS Code opens the file as read-only: its file system or the user's settings say so. */
async function isReadOnly(uri: vscode.Uri, match: Match): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  const { permissions } = await vscode.workspace.fs.stat(uri).then(undefined, () => ({ permissions: undefined }));
  if (permissions !== undefined && permissions & vscode.FilePermission.Readonly) return true;
  const files = vscode.workspace.getConfiguration("files", uri);
  if (files.get("readonlyFromPermissions") === true && (await isLocked(uri))) return true;
  const matches = async (setting: string) => {
    const globs = Object.entries(files.get<Record<string, unknown>>(setting) ?? {}).filter(([, on]) => on === true);
    for (const [glob] of globs) if ((await match(glob)).has(uri.toString())) return true;
    return false;
  };
  return (await matches("readonlyInclude")) && !(await matches("readonlyExclude"));
}

/** Returns the read-only ones among the files, as texts. */
export async function readOnlyFiles(uris: readonly vscode.Uri[]): Promise<Set<string>> {
  const different = [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
  // A workspace's settings may have many patterns: each is searched for once, one after the other.
  const searches = new Map<string, Promise<Set<string>>>();
  const match: Match = (glob) => {
    const search = searches.get(glob) ?? findMatches(glob);
    searches.set(glob, search);
    return search;
  };
  const found = new Set<string>();
  for (const uri of different) if (await isReadOnly(uri, match)) found.add(uri.toString());
  return found;
}

async function findMatches(glob: string): Promise<Set<string>> {
  return new Set((await vscode.workspace.findFiles(glob, null)).map(String));
}

/** True if nobody may write to the file; the superuser could all the same. */
async function isLocked({ scheme, fsPath }: vscode.Uri): Promise<boolean> {
  if (scheme !== "file") return false;
  return stat(fsPath).then(
    ({ mode }) => (mode & 0o200) === 0,
    () => false,
  );
}
