import * as vscode from "vscode";
import { colorIds } from "../platform/ids.ts";

/** All our decorations have such schemes. */
const SCHEMES = "openrouter-admin-";
const STALE = "stale";

/**
 * Returns the URI that marks a row as stale: its last refresh failed.
 * @param decoration the URI of the row's other decoration, which stays
 */
export function staleUri(id: string, decoration?: vscode.Uri): vscode.Uri {
  const uri = decoration ?? vscode.Uri.from({ scheme: `${SCHEMES}${STALE}`, path: `/${id}` });
  return uri.with({ fragment: STALE });
}

/** Dims stale rows. Tree items have no color of their own, but decorations do. */
export function registerStaleDecoration(): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration: ({ scheme, fragment }) =>
      scheme.startsWith(SCHEMES) && fragment === STALE
        ? { color: new vscode.ThemeColor(colorIds.stale), tooltip: vscode.l10n.t("Not refreshed") }
        : undefined,
  });
}
