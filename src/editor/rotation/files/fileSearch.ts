import * as vscode from "vscode";
import { isTemplate } from "./doubts.ts";
import { decodeBytes, readableText } from "./encodedText.ts";
import { identifyFile } from "./fileIdentity.ts";
import { linePositions } from "./linePositions.ts";

export const MAX_BYTES = 1_000_000;
/** A file with more texts that match the label was made to be slow: it is listed as not searched. */
const MAX_MATCHES = 1_000;
/** The most characters shown before a match. */
const MAX_TEXT_BEFORE = 200;
const EXCLUDED = "**/{node_modules,.git}/**";
const BATCH_SIZE = 20;

/** A text that matches the label of a key, in a file. */
export interface KeyOccurrence {
  uri: vscode.Uri;
  /** Counts the file's occurrences, from 0. */
  index: number;
  /** Counts from 1. */
  line: number;
  /** The text before it on the same line. */
  textBefore: string;
  /** The text itself: a secret, unless it only looks like one. */
  match: string;
  /** True if the document has unsaved changes. */
  dirty: boolean;
  /** True for a file such as `.env.example`. */
  template: boolean;
  /** The path of the file if it is a link to a file outside the workspace. */
  outside?: string;
}

/** A file that was not searched. */
export interface UnreadFile {
  uri: vscode.Uri;
  reason: "tooLarge" | "tooMany" | "binary" | "noPermission" | "gone" | "unreadable";
}

export interface SearchResult {
  occurrences: KeyOccurrence[];
  unread: UnreadFile[];
}

/**
 * Searches the workspace files that match the glob pattern. Searches open documents with their unsaved changes.
 * @param more other files to search
 */
export async function searchFiles(
  glob: string,
  pattern: RegExp,
  signal: AbortSignal,
  more: readonly vscode.Uri[] = [],
): Promise<SearchResult> {
  const files = await vscode.workspace.findFiles(glob, EXCLUDED);
  const open = vscode.workspace.textDocuments.filter((doc) => doc.isDirty && matchesGlob(doc, glob));
  return searchEach([...files, ...open.map(({ uri }) => uri), ...more], pattern, signal);
}

/** Searches files; those with several paths, such as links, only once. */
export async function searchEach(
  files: readonly vscode.Uri[],
  pattern: RegExp,
  signal: AbortSignal,
): Promise<SearchResult> {
  const uris = new Map(files.map((uri) => [uri.toString(), uri]));
  const isDirty = (uri: vscode.Uri) => Number(dirtyDocument(uri) !== undefined);
  // Of several paths of a file, the one with unsaved changes counts.
  const all = [...uris.values()].sort((a, b) => isDirty(b) - isDirty(a) || byPath(a, b));
  const search: SearchResult = { occurrences: [], unread: [] };
  const seen = new Set<string>();
  for (let i = 0; i < all.length; i += BATCH_SIZE) {
    signal.throwIfAborted();
    const batch = all.slice(i, i + BATCH_SIZE);
    const results = await Promise.all(batch.map((uri) => searchFile(uri, pattern)));
    for (const { id, occurrences, unread } of results) {
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      search.occurrences.push(...occurrences);
      if (unread) search.unread.push(unread);
    }
  }
  search.occurrences.sort((a, b) => byPath(a.uri, b.uri));
  return search;
}

const byPath = (a: vscode.Uri, b: vscode.Uri) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1);

interface FileResult {
  /** The same for all paths of a file. */
  id?: string;
  occurrences: KeyOccurrence[];
  unread?: UnreadFile;
}

async function searchFile(uri: vscode.Uri, pattern: RegExp): Promise<FileResult> {
  const document = dirtyDocument(uri);
  const { id, outside } = await identifyFile(uri);
  const unread = (reason: UnreadFile["reason"]) => ({ id, occurrences: [], unread: { uri, reason } });
  function found(text: string, readable: (part: string) => string): FileResult {
    const matches: RegExpExecArray[] = [];
    for (const match of text.matchAll(pattern)) {
      if (matches.length === MAX_MATCHES) return unread("tooMany");
      matches.push(match);
    }
    const places = linePositions(
      text,
      matches.map(({ index }) => index),
    );
    const occurrences = matches.map((match, index) => {
      const { line, lineStart } = places[index]!;
      const before = text.slice(Math.max(lineStart, match.index - MAX_TEXT_BEFORE), match.index);
      return {
        ...{ uri, index, line, textBefore: readable(before), match: match[0] },
        ...{ dirty: document !== undefined, template: isTemplate(uri.path), outside },
      };
    });
    return { id, occurrences };
  }
  if (document) return found(document.getText(), (part) => part);
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    // Reading a pipe would wait for its writer: password managers provide such .env files.
    if (!(type & vscode.FileType.File)) return unread("unreadable");
    if (size > MAX_BYTES) return unread("tooLarge");
    const decoded = decodeBytes(await vscode.workspace.fs.readFile(uri), containing(pattern));
    return decoded ? found(decoded.text, (part) => readableText(decoded, part)) : unread("binary");
  } catch (error) {
    return unread(readError(error));
  }
}

function readError(error: unknown): UnreadFile["reason"] {
  const code = error instanceof vscode.FileSystemError ? error.code : "";
  return code === "NoPermissions" ? "noPermission" : code === "FileNotFound" ? "gone" : "unreadable";
}

/** Returns a function that tells if a text contains the pattern. */
export const containing = (pattern: RegExp) => (text: string) => text.search(pattern) >= 0;

/** Returns the document of a file if it has unsaved changes. */
export function dirtyDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((one) => one.isDirty && one.uri.toString() === uri.toString());
}

/** True if an editor that isn't a text editor, such as a notebook's, has unsaved changes of the file. */
export function hasOtherChanges(uri: vscode.Uri): boolean {
  const isFile = (one: vscode.Uri) => one.toString() === uri.toString();
  if (vscode.workspace.notebookDocuments.some((one) => one.isDirty && isFile(one.uri))) return true;
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(({ isDirty, input }) => isDirty && input instanceof vscode.TabInputCustom && isFile(input.uri));
}

function matchesGlob(document: vscode.TextDocument, glob: string): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (!folder || /\/(node_modules|\.git)\//.test(document.uri.path)) return false;
  return vscode.languages.match({ pattern: new vscode.RelativePattern(folder, glob) }, document) > 0;
}
