import * as vscode from "vscode";

/** A longer output is not searched. */
const MAX_OUTPUT = 10_000_000;

/**
 * Returns the texts of editors that have unsaved changes, cells of notebooks included, and the outputs of such notebooks. Files
 * that are saved are searched on disk.
 */
export function unsavedTexts(): { uri: string; text: string }[] {
  const dirtyNotebooks = vscode.workspace.notebookDocuments.filter(({ isDirty, isUntitled }) => isDirty || isUntitled);
  const cells = new Set(dirtyNotebooks.flatMap((notebook) => notebook.getCells().map(({ document }) => document)));
  const editors = vscode.workspace.textDocuments.filter(
    (document) => (document.isDirty || document.isUntitled) && document.uri.scheme !== "output" && !cells.has(document),
  );
  const texts = [...editors, ...cells].map((document) => ({ uri: document.uri.toString(), text: document.getText() }));
  return [...texts, ...dirtyNotebooks.flatMap(outputTexts)];
}

function outputTexts(notebook: vscode.NotebookDocument): { uri: string; text: string }[] {
  return notebook
    .getCells()
    .flatMap(({ outputs, document }) =>
      outputs.flatMap(({ items }) =>
        items
          .filter(({ mime, data }) => /text|json|svg|stdout|stderr|error/.test(mime) && data.length <= MAX_OUTPUT)
          .map(({ data }) => ({ uri: document.uri.toString(), text: new TextDecoder().decode(data) })),
      ),
    );
}
