import * as vscode from "vscode";

/** The part of the built-in Git extension's API that is used. */
interface GitExtension {
  getAPI(version: 1): { git: { path: string } };
}

/** Returns the path of the Git that VS Code uses; undefined if its Git extension is off, so that `git` of the PATH is used. */
export async function findGit(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  if (!extension) return undefined;
  try {
    return (await extension.activate()).getAPI(1).git.path || undefined;
  } catch {
    // It throws if Git is turned off or not found.
    return undefined;
  }
}
