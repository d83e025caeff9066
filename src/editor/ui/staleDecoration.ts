import * as vscode from "vscode";

const SCHEME = "openrouter-admin-stale";

/** Marks a row whose figures are older than the last attempt to refresh them. */
export function staleUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${id}` });
}

/** Dims such rows: a tree item has no colour of its own, but a decoration has. */
export function registerStaleDecoration(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme }) =>
      scheme === SCHEME
        ? { color: new vscode.ThemeColor("disabledForeground"), tooltip: vscode.l10n.t("Not refreshed") }
        : undefined,
  });
}
