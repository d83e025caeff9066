import * as vscode from "vscode";
import { colorIds } from "../platform/ids.ts";

const SCHEME = "openrouter-admin-stale";

/** Returns the URI that marks a row as stale: its last refresh failed. */
export function staleUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${id}` });
}

/** Dims stale rows. Tree items have no color of their own, but decorations do. */
export function registerStaleDecoration(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme }) =>
      scheme === SCHEME
        ? { color: new vscode.ThemeColor(colorIds.stale), tooltip: vscode.l10n.t("Not refreshed") }
        : undefined,
  });
}
