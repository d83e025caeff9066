import * as vscode from "vscode";
import type { KeyOccurrence } from "./fileSearch.ts";

export interface ReplaceResult {
  /** The number of occurrences that were verified to contain the new secret. */
  replaced: number;
  /** The number of their files. */
  files: number;
  /** Files that changed in the meantime or could not be written. */
  failed: vscode.Uri[];
}

/** Replaces the old key in the picked occurrences, saves the files, and reads them back to verify the result. */
export async function replaceOccurrences(
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<ReplaceResult> {
  const result: ReplaceResult = { replaced: 0, files: 0, failed: [] };
  for (const inFile of Map.groupBy(occurrences, ({ uri }) => uri.toString()).values()) {
    const { uri } = inFile[0]!;
    if (await replaceIn(uri, inFile, pattern, secret)) {
      result.replaced += inFile.length;
      result.files += 1;
    } else result.failed.push(uri);
  }
  return result;
}

async function replaceIn(
  uri: vscode.Uri,
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<boolean> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const found = [...document.getText().matchAll(pattern)];
    const edit = new vscode.WorkspaceEdit();
    for (const { index, line } of occurrences) {
      const match = found[index];
      // The file changed after the occurrences were shown.
      if (!match || document.positionAt(match.index).line !== line - 1) return false;
      const end = document.positionAt(match.index + match[0].length);
      edit.replace(uri, new vscode.Range(document.positionAt(match.index), end), secret);
    }
    if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) return false;
    const saved = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return (
      saved.split(secret).length - 1 >= occurrences.length &&
      countMatches(saved, pattern) === found.length - occurrences.length
    );
  } catch {
    return false;
  }
}

const countMatches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
