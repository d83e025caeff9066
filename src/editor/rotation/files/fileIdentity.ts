import { realpath, stat } from "node:fs/promises";
import { sep } from "node:path";
import * as vscode from "vscode";

/** Only for files of this computer; others have no `id`. */
interface FileIdentity {
  /** The same for all paths of a file: links share their target's. Absent if the file system numbers no files. */
  id?: string;
  /** The path of the file if it is a link to a file outside the workspace. */
  outside?: string;
}

/** Tells which file a path leads to. Never fails. */
export async function identifyFile({ scheme, fsPath }: vscode.Uri): Promise<FileIdentity> {
  if (scheme !== "file") return {};
  try {
    const [target, { dev, ino }, folders] = await Promise.all([
      realpath(fsPath),
      stat(fsPath, { bigint: true }),
      workspaceFolders(),
    ]);
    const isInside = folders.some((folder) => target.startsWith(folder.endsWith(sep) ? folder : folder + sep));
    return { id: ino === 0n ? undefined : `${dev}:${ino}`, outside: isInside ? undefined : target };
  } catch {
    // Where it leads can't be told, so it isn't taken to lead into the workspace.
    return { outside: fsPath };
  }
}

function workspaceFolders(): Promise<string[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return Promise.all(folders.map(({ uri }) => realpath(uri.fsPath).catch(() => uri.fsPath)));
}
