import * as vscode from "vscode";
import { decodeBytes, encodeText } from "./encodedText.ts";
import { containing, dirtyDocument, type KeyOccurrence } from "./fileSearch.ts";
import { isReadOnly } from "./readOnly.ts";

/** A file in which the old key was not replaced. */
export interface FailedFile {
  uri: vscode.Uri;
  /**
   * "changed": the file is no longer as it was shown; "notWritten", "notSaved": the file or the open document with unsaved
   * changes couldn't be saved and is as before; "secretLeft": nor could the document be restored.
   */
  reason: "changed" | "readOnly" | "noPermission" | "notWritten" | "notSaved" | "secretLeft";
}

export interface ReplaceResult {
  /** The number of occurrences that were verified to contain the new secret. */
  replaced: number;
  /** Their files. */
  files: vscode.Uri[];
  failed: FailedFile[];
}

type Outcome = FailedFile["reason"] | "done";

/** Replaces the old key in the picked occurrences, saves the files, and reads them back to verify the result. */
export async function replaceOccurrences(
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<ReplaceResult> {
  const result: ReplaceResult = { replaced: 0, files: [], failed: [] };
  for (const inFile of Map.groupBy(occurrences, ({ uri }) => uri.toString()).values()) {
    const { uri } = inFile[0]!;
    const outcome = await replaceIn(uri, inFile, pattern, secret);
    if (outcome === "done") {
      result.replaced += inFile.length;
      result.files.push(uri);
    } else result.failed.push({ uri, reason: outcome });
  }
  return result;
}

async function replaceIn(
  uri: vscode.Uri,
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<Outcome> {
  if (await isReadOnly(uri)) return "readOnly";
  const document = dirtyDocument(uri);
  try {
    return document
      ? await replaceInDocument(document, occurrences, pattern, secret)
      : await replaceOnDisk(uri, occurrences, pattern, secret);
  } catch (error) {
    const code = error instanceof vscode.FileSystemError ? error.code : "";
    return code === "NoPermissions" ? "noPermission" : code === "FileNotFound" ? "changed" : "notWritten";
  }
}

/**
 * Writes the file itself, so that its encoding, its line ends and everything else stay as they are, nothing is formatted,
 * and the secret is in no document that could stay unsaved. An open document without changes follows its file.
 */
async function replaceOnDisk(
  uri: vscode.Uri,
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<Outcome> {
  const { fs } = vscode.workspace;
  const before = await fs.readFile(uri);
  const decoded = decodeBytes(before, containing(pattern));
  const matches = decoded && findPicked(decoded.text, occurrences, pattern);
  if (!matches) return "changed";
  const after = encodeText(decoded, spliceAll(decoded.text, matches, secret));
  try {
    await fs.writeFile(uri, after);
  } catch (error) {
    // A full disk, for example, leaves a part of the file.
    if (!(await isContent(uri, before))) await fs.writeFile(uri, before).then(undefined, () => {});
    throw error;
  }
  return (await isContent(uri, after)) ? "done" : "notWritten";
}

/** Saves the document with the secret; if that fails, restores the old key, so that only the user's changes are unsaved. */
async function replaceInDocument(
  document: vscode.TextDocument,
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<Outcome> {
  const matches = findPicked(document.getText(), occurrences, pattern);
  if (!matches) return "changed";
  const edited = await replaceRanges(document, matches, () => secret);
  const saved = edited && (await document.save().then(undefined, () => false));
  if (saved && !document.isDirty && countOf(document.getText(), secret) >= matches.length) return "done";
  const written = [...document.getText().matchAll(new RegExp(secret, "g"))];
  if (written.length === 0) return "notSaved";
  const restored = await replaceRanges(document, written, (i) => matches[i]?.[0] ?? secret);
  return restored && countOf(document.getText(), secret) === 0 ? "notSaved" : "secretLeft";
}

/** Finds the picked occurrences again, in the order of the text; undefined if the file changed after they were shown. */
function findPicked(
  text: string,
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
): RegExpExecArray[] | undefined {
  const found = [...text.matchAll(pattern)];
  const picked = occurrences.map(({ index, line, match }) => {
    const now = found[index];
    return now?.[0] === match && lineOf(text, now.index) === line ? now : undefined;
  });
  return picked.every((match) => match !== undefined) ? picked.sort((a, b) => a.index - b.index) : undefined;
}

const lineOf = (text: string, index: number) => text.slice(0, index).split(/\r\n|\r|\n/).length;

function spliceAll(text: string, matches: readonly RegExpExecArray[], secret: string): string {
  let [result, end] = ["", 0];
  for (const { index, 0: match } of matches) {
    result += text.slice(end, index) + secret;
    end = index + match.length;
  }
  return result + text.slice(end);
}

async function replaceRanges(
  document: vscode.TextDocument,
  matches: readonly RegExpExecArray[],
  textFor: (match: number) => string,
): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  for (const [i, { index, 0: match }] of matches.entries()) {
    const range = new vscode.Range(document.positionAt(index), document.positionAt(index + match.length));
    edit.replace(document.uri, range, textFor(i));
  }
  return vscode.workspace.applyEdit(edit);
}

async function isContent(uri: vscode.Uri, bytes: Uint8Array): Promise<boolean> {
  return vscode.workspace.fs.readFile(uri).then(
    (now) => Buffer.compare(now, bytes) === 0,
    () => false,
  );
}

const countOf = (text: string, part: string) => text.split(part).length - 1;
