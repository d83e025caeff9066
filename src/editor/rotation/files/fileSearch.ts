import * as vscode from "vscode";

const MAX_BYTES = 1_000_000;
const EXCLUDED = "**/{node_modules,.git}/**";
const BATCH_SIZE = 20;

/** Where a file holds the old key; the n-th of its places, from 0. */
export interface KeyOccurrence {
  uri: vscode.Uri;
  n: number;
  /** From 1. */
  line: number;
  /** What stands before it on its line. */
  before: string;
  /** The document has changes that were not saved. */
  dirty: boolean;
}

export interface SearchResult {
  places: KeyOccurrence[];
  /** Too large, or not to be read: not searched. */
  skipped: vscode.Uri[];
}

/** Searches the workspace's files that the glob pattern names, as they are on the screen where they are open. */
export async function searchFiles(glob: string, pattern: RegExp, signal: AbortSignal): Promise<SearchResult> {
  const files = await vscode.workspace.findFiles(glob, EXCLUDED);
  const open = vscode.workspace.textDocuments.filter((doc) => doc.isDirty && matchesGlob(doc, glob));
  const uris = new Map([...files, ...open.map(({ uri }) => uri)].map((uri) => [uri.toString(), uri]));
  const all = [...uris.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const search: SearchResult = { places: [], skipped: [] };
  for (let i = 0; i < all.length; i += BATCH_SIZE) {
    signal.throwIfAborted();
    const batch = all.slice(i, i + BATCH_SIZE);
    const texts = await Promise.all(batch.map(readText));
    for (const [j, uri] of batch.entries()) {
      const text = texts[j];
      if (text === undefined) search.skipped.push(uri);
      else search.places.push(...findOccurrences(uri, text, pattern));
    }
  }
  return search;
}

/** The text of a file, or of its document where it is open; undefined where it is too large or cannot be read. */
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
  return [...text.matchAll(pattern)].map(({ index }, n) => {
    const lines = text.slice(0, index).split(/\r\n|\r|\n/);
    return { uri, n, line: lines.length, before: lines.at(-1) ?? "", dirty };
  });
}

function matchesGlob(document: vscode.TextDocument, glob: string): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (!folder || /\/(node_modules|\.git)\//.test(document.uri.path)) return false;
  return vscode.languages.match({ pattern: new vscode.RelativePattern(folder, glob) }, document) > 0;
}
