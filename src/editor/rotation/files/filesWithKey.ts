import * as vscode from "vscode";
import type { KeyRef } from "../../../openrouter/rotation/record.ts";
import { rotationFilesGlob } from "../../platform/settings.ts";
import { runWithProgress } from "../../ui/progress.ts";
import { undefinedIfCancelled } from "../../ui/undefinedIfCancelled.ts";
import { possibleKeys } from "./doubts.ts";
import { searchEach, searchFiles } from "./fileSearch.ts";
import { pathsText, relativePath, unreadText } from "./fileTexts.ts";
import { keyPattern } from "./keyPattern.ts";

/** What a question says about files. */
export interface FilesWithKey {
  /** Names the files that contain the key, or may do so; empty if there are none. */
  paths: string;
  /** Says which files were not searched, or that none were; empty if all were. */
  notSearched: string;
}

/**
 * Searches the files of the workspace and `known` ones for a key. If the user cancels the search, says so.
 * @param known URIs of files that the key was written to, perhaps of another workspace
 */
export async function filesWithKey(key: KeyRef, known: readonly string[] = []): Promise<FilesWithKey> {
  const pattern = keyPattern(key.label);
  const uris = known.map((uri) => vscode.Uri.parse(uri));
  if (!pattern) return { paths: pathsText(uris.map(relativePath)), notSearched: "" };
  const search = async (signal: AbortSignal): Promise<FilesWithKey> => {
    const isOpen = vscode.workspace.workspaceFolders?.length;
    const workspace = isOpen ? await searchFiles(rotationFilesGlob(), pattern, signal) : undefined;
    const found = await searchEach(uris, pattern, signal);
    // Known files may be in the workspace, too. One that is gone contains nothing.
    const all = [...(workspace?.unread ?? []), ...found.unread].filter(({ reason }) => reason !== "gone");
    const unread = [...new Map(all.map((file) => [file.uri.toString(), file])).values()];
    const occurrences = [...(workspace?.occurrences ?? []), ...found.occurrences];
    const possible = possibleKeys(occurrences, key);
    const containing = occurrences.filter(({ match }) => possible.has(match));
    return { paths: pathsText(containing.map(({ uri }) => relativePath(uri))), notSearched: unreadText(unread) };
  };
  const title = vscode.l10n.t("Searching files for the key");
  // Cancelling skips only the search: the question follows.
  const files = await runWithProgress(title, search).catch(undefinedIfCancelled);
  return files ?? { paths: pathsText(uris.map(relativePath)), notSearched: vscode.l10n.t("Files were not searched.") };
}
