import * as vscode from "vscode";

const MAX_BYTES = 1_000_000;
const EXCLUDED = "**/{node_modules,.git}/**";
const BATCH_SIZE = 20;

/** An occurrence of the old key in a file. */
export interface KeyOccurrence {
  uri: vscode.Uri;
  /** Counts the file's occurrences, from 0. */
  index: number;
  /** Counts from 1. */
  line: number;
  /** The text before it on the same line. */
  textBefore: string;
  /** True if the document has unsaved changes. */
  dirty: boolean;
}

export interface SearchResult {
  occurrences: KeyOccurrence[];
  /** Files that were not searched: too large or unreadable. */
  skipped: vscode.Uri[];
}

/** Searches the workspace files that match the glob pattern. Searches open documents with their unsaved changes. */
export async function searchFiles(glob: string, pattern: RegExp, signal: AbortSignal): Promise<SearchResult> {
  const files = await vscode.workspace.findFiles(glob, EXCLUDED);
  const open = vscode.workspace.textDocuments.filter((doc) => doc.isDirty && matchesGlob(doc, glob));
  const uris = new Map([...files, ...open.map(({ uri }) => uri)].map((uri) => [uri.toString(), uri]));
  const all = [...uris.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const search: SearchResult = { occurrences: [], skipped: [] };
  for (let i = 0; i < all.length; i += BATCH_SIZE) {
    signal.throwIfAborted();
    const batch = all.slice(i, i + BATCH_SIZE);
    const texts = await Promise.all(batch.map(readText));
    for (const [j, uri] of batch.entries()) {
      const text = texts[j];
      if (text === undefined) search.skipped.push(uri);
      else search.occurrences.push(...findOccurrences(uri, text, pattern));
    }
  }
  return search;
}

/** Returns the text of a file, or of its open document; undefined if the file is too large or unreadable. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  const document = openDocument(uri);
  if (document) return document.getText();
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MAX_BYTES) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}

export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

function findOccurrences(uri: vscode.Uri, text: string, pattern: RegExp): KeyOccurrence[] {
  const dirty = openDocument(uri)?.isDirty ?? false;
  return [...text.matchAll(pattern)].map((match, index) => {
    const lines = text.slice(0, match.index).split(/\r\n|\r|\n/);
    return { uri, index, line: lines.length, textBefore: lines.at(-1) ?? "", dirty };
  });
}

function matchesGlob(document: vscode.TextDocument, glob: string): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (!folder || /\/(node_modules|\.git)\//.test(document.uri.path)) return false;
  return vscode.languages.match({ pattern: new vscode.RelativePattern(folder, glob) }, document) > 0;
}
