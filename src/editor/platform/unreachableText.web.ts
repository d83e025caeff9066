import * as vscode from "vscode";

/** Returns why there may be no connection to OpenRouter. A browser doesn't tell a page which of the reasons it is. */
export function unreachableText(): string {
  return vscode.l10n.t(
    "The browser couldn't reach OpenRouter, or blocked the request because the server doesn't allow it from web pages (CORS). Check the network and the base URL. If it keeps failing, use VS Code on a computer.",
  );
}
