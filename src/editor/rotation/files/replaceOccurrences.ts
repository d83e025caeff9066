import * as vscode from "vscode";
import { decodeBytes, encodeText } from "./encodedText.ts";
import { identifyFile } from "./fileIdentity.ts";
import { containing, dirtyDocument, hasOtherChanges, type KeyOccurrence } from "./fileSearch.ts";
import { linePositions } from "./linePositions.ts";
import { readOnlyFiles } from "./readOnly.ts";

/** A file in which the old key was not replaced. */
export interface FailedFile {
  uri: vscode.Uri;
  /**
   * "changed": the file is no longer as it was shown; "notWritten", "notSaved": the file or the open document with unsaved
   * changes couldn't be saved and is as before; "unsaved": another editor than a text editor has unsaved changes of it.
   */
  reason: "changed" | "readOnly" | "noPermission" | "notWritten" | "notSaved" | "unsaved";
}

export interface ReplaceResult {
  /** The number of occurrences that were verified to contain the new secret. */
  replaced: number;
  /** Their files. */
  files: vscode.Uri[];
  failed: FailedFile[];
}

type Outcome = FailedFile["reason"] | "done";

/** An occurrence, and the line it must be on, if that is certain. */
type Picked = Pick<KeyOccurrence, "index" | "match" | "outside"> & { line?: number };

/** Replaces the old key in the picked occurrences, saves the files, and reads them back to verify the result. */
export async function replaceOccurrences(
  occurrences: readonly KeyOccurrence[],
  pattern: RegExp,
  secret: string,
): Promise<ReplaceResult> {
  const result: ReplaceResult = { replaced: 0, files: [], failed: [] };
  const readOnly = await readOnlyFiles(occurrences.map(({ uri }) => uri));
  for (const inFile of Map.groupBy(occurrences, ({ uri }) => uri.toString()).values()) {
    const { uri } = inFile[0]!;
    const outcome = readOnly.has(uri.toString()) ? "readOnly" : await replaceIn(uri, inFile, pattern, secret);
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
  const document = dirtyDocument(uri);
  try {
    if (!document) return hasOtherChanges(uri) ? "unsaved" : await replaceOnDisk(uri, occurrences, pattern, secret);
    // Saved with the old key: the secret then gets into no undo history, backup or document that could stay unsaved.
    const isSaved = await document.save().then(undefined, () => false);
    if (!isSaved || document.isDirty) return "notSaved";
    // Saving may format the document, which moves its lines.
    const moved = occurrences.map((one) => ({ ...one, line: undefined }));
    return await replaceOnDisk(uri, moved, pattern, secret);
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
  occurrences: readonly Picked[],
  pattern: RegExp,
  secret: string,
): Promise<Outcome> {
  const outside = occurrences[0]?.outside;
  const { fs } = vscode.workspace;
  // A file that has become a link since would take the secret to where nobody was shown.
  if ((await identifyFile(uri)).outside !== outside) return "changed";
  const before = await fs.readFile(uri);
  const decoded = decodeBytes(before, containing(pattern));
  const matches = decoded && findPicked(decoded.text, occurrences, pattern);
  if (!matches) return "changed";
  const replaced = spliceAll(decoded.text, matches, secret);
  const after = encodeText(decoded, replaced);
  try {
    await fs.writeFile(uri, after);
  } catch (error) {
    const now = await read(uri);
    if (now && Buffer.compare(now, after) === 0) return "done";
    // A full disk, for example, leaves a part of the file.
    if (now === undefined || Buffer.compare(now, before) !== 0)
      await fs.writeFile(uri, before).then(undefined, () => {});
    throw error;
  }
  // Another program, such as a formatter, may have changed the file since.
  const now = await read(uri);
  const written = now && decodeBytes(now, (text) => text.includes(secret));
  return written && countOf(written.text, secret) >= countOf(replaced, secret) ? "done" : "notWritten";
}

/** Finds the picked occurrences again, in the order of the text; undefined if the file changed after they were shown. */
function findPicked(text: string, occurrences: readonly Picked[], pattern: RegExp): RegExpExecArray[] | undefined {
  const found = [...text.matchAll(pattern)];
  const places = linePositions(
    text,
    found.map(({ index }) => index),
  );
  const picked = occurrences.map(({ index, line, match }) => {
    const now = found[index];
    return now?.[0] === match && (line === undefined || places[index]?.line === line) ? now : undefined;
  });
  return picked.every((match) => match !== undefined) ? picked.sort((a, b) => a.index - b.index) : undefined;
}

function spliceAll(text: string, matches: readonly RegExpExecArray[], secret: string): string {
  let [result, end] = ["", 0];
  for (const { index, 0: match } of matches) {
    result += text.slice(end, index) + secret;
    end = index + match.length;
  }
  return result + text.slice(end);
}

async function read(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  return vscode.workspace.fs.readFile(uri).then(undefined, () => undefined);
}

const countOf = (text: string, part: string) => text.split(part).length - 1;
