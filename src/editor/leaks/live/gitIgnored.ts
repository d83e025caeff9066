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
  // `git check-ignore` can't take paths literally.
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", uri.fsPath];
  const listed = await runGit({ git, root: dirname(uri.fsPath) }, args).catch(() => undefined);
  return listed !== undefined && listed.length > 0;
}
