import { dirname } from "node:path";
import * as vscode from "vscode";
import { findGit } from "../git.ts";
import { runGit } from "./runGit.ts";

/**
 * True for a file that Git ignores, such as a `.env` file: it won't be committed. False if that is unknown, also in a workspace that
 * isn't trusted, in which Git is not run.
 */
export async function isGitIgnored(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== "file" || !vscode.workspace.isTrusted) return false;
  const git = (await findGit()) ?? "git";
  return runGit({ git, root: dirname(uri.fsPath) }, ["check-ignore", "--quiet", "--", uri.fsPath]).then(
    () => true,
    () => false,
  );
}
