import { basename } from "node:path";
import * as vscode from "vscode";
import type { LeakPlace, TextRange } from "../../leaks/model.ts";
import { leakScheme } from "./documentUris.ts";
import { findInText } from "./findInText.ts";
import { findGit } from "./git.ts";
import { historyText } from "./historyText.ts";
import type { Leak } from "./leak.ts";
import type { LeakList } from "./leakList.ts";
import { maskText } from "./maskText.ts";
import { shortId } from "./placeText.ts";
import { readFromRepository, type StoredPlace } from "./readFromRepository.ts";
import { isShownWhole, shownName } from "./shownName.ts";

/** A longer text is not shown. */
const MAX_SHOWN = 20_000_000;

/** Returns the file of a place, or the file that had its contents; the repository for contents without a path. */
export function placeUri(place: LeakPlace): vscode.Uri {
  if (place.kind === "file" || place.kind === "name") return vscode.Uri.file(place.path);
  if (place.kind === "unsaved") return vscode.Uri.parse(place.uri);
  return vscode.Uri.joinPath(vscode.Uri.file(place.repository), place.kind === "blob" ? "" : place.path);
}

/**
 * Opens a place and selects the secret: a file as it is, what Git has stored as a readonly text with masked secrets. A name is
 * selected in the Explorer.
 */
export async function openPlace(leak: Leak, place: LeakPlace): Promise<void> {
  if (place.kind === "file") return openEditor(vscode.Uri.file(place.path), leak, place);
  if (place.kind === "name")
    return void (await vscode.commands.executeCommand("revealInExplorer", vscode.Uri.file(place.path)));
  if (place.kind === "unsaved") return openEditor(vscode.Uri.parse(place.uri), leak, place);
  const index = leak.places.indexOf(place);
  const version =
    place.kind === "commit" ? shortId(place.commit) : place.kind === "blob" ? shortId(place.blob) : "staged";
  // The file name is the tab's title and says which language it is; the title must not show a key.
  const name = place.kind === "blob" ? "content.txt" : basename(place.path) || "message.txt";
  const path = isShownWhole(name) ? name : `file${shownExtension(name)}`;
  const uri = vscode.Uri.from({ scheme: leakScheme, path: `/${version}/${path}`, query: `${leak.id}.${index}` });
  const document = await vscode.workspace.openTextDocument(uri);
  const selection = rangeOf(document, leak.secret.label, place.line);
  await vscode.window.showTextDocument(document, { selection, preview: true });
}

/** The name's extension, if it is one that a language may have. */
const shownExtension = (name: string): string => /\.[a-z]\w{0,9}$/i.exec(name)?.[0] ?? ".txt";

/** Returns the range of the label that is nearest to a line; of a message, the lines count from its first one. */
function rangeOf(document: vscode.TextDocument, label: string, line: number): vscode.Range {
  const lines = Array.from({ length: document.lineCount }, (_, i) => document.lineAt(i));
  const [nearest] = lines
    .filter(({ text }) => text.includes(label))
    .sort((a, b) => Math.abs(a.lineNumber + 1 - line) - Math.abs(b.lineNumber + 1 - line));
  if (!nearest) return document.lineAt(Math.min(line, document.lineCount) - 1).range;
  const start = nearest.text.indexOf(label);
  return new vscode.Range(nearest.lineNumber, start, nearest.lineNumber, start + label.length);
}

/** Selects the secret where it is now: the file may have changed since the search. */
async function openEditor(uri: vscode.Uri, { secret }: Leak, place: LeakPlace): Promise<void> {
  const cell = findCell(uri);
  if (cell) return void (await vscode.window.showNotebookDocument(cell.notebook, { selections: [cell.range] }));
  const document = await vscode.workspace.openTextDocument(uri);
  const found = (await findInText(document.getText()))
    .filter((one) => one.secret === secret.reveal())
    .map(({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)));
  const distance = ({ start }: vscode.Range) => Math.abs(start.line + 1 - place.line);
  const [nearest] = found.sort((a, b) => distance(a) - distance(b));
  await vscode.window.showTextDocument(document, { selection: nearest ?? toRange(place), preview: true });
  // The texts of a notebook's file are found only by the search, which decodes them.
  if (nearest || document.fileName.endsWith(".ipynb")) return;
  const name = shownName(vscode.workspace.asRelativePath(uri));
  void vscode.window.showInformationMessage(vscode.l10n.t("{0} no longer contains this key. Search again.", name));
}

const toRange = ({ line, column, endLine, endColumn }: TextRange) =>
  new vscode.Range(line - 1, column - 1, endLine - 1, endColumn - 1);

/** Finds the cell of an open notebook by its document. */
function findCell(uri: vscode.Uri): { notebook: vscode.NotebookDocument; range: vscode.NotebookRange } | undefined {
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri.toString());
    if (cell) return { notebook, range: new vscode.NotebookRange(cell.index, cell.index + 1) };
  }
  return undefined;
}

/** Returns the text of a readonly document: the explanation, or what Git has stored at a place, with masked secrets. */
export async function storedText(list: LeakList, uri: vscode.Uri): Promise<string> {
  const t = vscode.l10n.t;
  if (uri.path.startsWith("/help/")) return historyText();
  const [id, index] = uri.query.split(".");
  const place = list.current?.leaks.find((leak) => leak.id === id)?.places[Number(index)];
  if (!place || !isStored(place))
    return t("The result of this search was only in memory, and is gone. Search for leaked keys again.");
  try {
    const text = await readFromRepository(place, (await findGit()) ?? "git");
    return text.length > MAX_SHOWN ? t("This text is too large to be shown.") : await maskText(text, place);
  } catch {
    return t("Git couldn't read this text. It may have been removed from the repository since.");
  }
}

const isStored = (place: LeakPlace): place is StoredPlace => !["file", "name", "unsaved"].includes(place.kind);
