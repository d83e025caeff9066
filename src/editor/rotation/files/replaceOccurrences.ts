import * as vscode from "vscode";
import type { KeyOccurrence } from "./fileSearch.ts";

export interface ReplaceResult {
  /** Places and files that were verified to hold the new key. */
  replaced: number;
  files: number;
  /** Changed meanwhile, or not to be written. */
  failed: vscode.Uri[];
}

/** Replaces the old key in the places chosen, saves their files, and reads them again to see that it is so. */
export async function replaceOccurrences(
  places: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<ReplaceResult> {
  const outcome: ReplaceResult = { replaced: 0, files: 0, failed: [] };
  for (const inFile of Map.groupBy(places, ({ uri }) => uri.toString()).values()) {
    const { uri } = inFile[0]!;
    if (await replaceIn(uri, inFile, pattern, secret)) {
      outcome.replaced += inFile.length;
      outcome.files += 1;
    } else outcome.failed.push(uri);
  }
  return outcome;
}

async function replaceIn(
  uri: vscode.Uri,
  places: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<boolean> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    const found = [...document.getText().matchAll(pattern)];
    const edit = new vscode.WorkspaceEdit();
    for (const { n, line } of places) {
      const match = found[n];
      // Not the place that was shown any more.
      if (!match || document.positionAt(match.index).line !== line - 1) return false;
      const end = document.positionAt(match.index + match[0].length);
      edit.replace(uri, new vscode.Range(document.positionAt(match.index), end), secret);
    }
    if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save())) return false;
    const saved = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return saved.split(secret).length - 1 >= places.length && count(saved, pattern) === found.length - places.length;
  } catch {
    return false;
  }
}

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
