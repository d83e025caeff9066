import * as vscode from "vscode";
import type { KeyRef } from "../../../openrouter/rotation/record.ts";
import { rotationFilesGlob } from "../../platform/settings.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { undefinedIfCancelled } from "../../ui/undefinedIfCancelled.ts";
import { findDoubts } from "./doubts.ts";
import { searchEach, searchFiles } from "./fileSearch.ts";
import { pathsText, relativePath } from "./fileTexts.ts";
import { keyPattern } from "./keyPattern.ts";

/**
 * Names the files that contain a key: those of the workspace, and `known` ones. Empty if there are none.
 * @param known URIs of files that the key was written to, perhaps of another workspace
 */
export async function filesWithKey(key: KeyRef, known: readonly string[] = []): Promise<string> {
  const pattern = keyPattern(key.label);
  if (!pattern) return pathsText(known.map((uri) => relativePath(vscode.Uri.parse(uri))));
  const search = async (signal: AbortSignal) => {
    const isOpen = vscode.workspace.workspaceFolders?.length;
    const workspace = isOpen ? await searchFiles(rotationFilesGlob(), pattern, signal) : undefined;
    const found = await searchEach(
      known.map((uri) => vscode.Uri.parse(uri)),
      pattern,
      signal,
    );
    // A known file that is gone contains nothing; one that can't be read may still contain the key.
    const unread = found.unread.filter(({ reason }) => reason !== "gone");
    const occurrences = [...(workspace?.occurrences ?? []), ...found.occurrences];
    const doubts = findDoubts(
      occurrences.map(({ match }) => match),
      key,
    );
    return [...occurrences.filter(({ match }) => !doubts.has(match)), ...unread].map(({ uri }) => relativePath(uri));
  };
  const title = vscode.l10n.t("Searching files for the key");
  // Cancelling skips only the search: the question follows without the files.
  const paths = await runWithProgress(title, search).catch(undefinedIfCancelled);
  return pathsText(paths ?? []);
}
