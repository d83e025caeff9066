import { randomUUID } from "node:crypto";
import * as vscode from "vscode";

interface Page {
  /** The name of its script and style sheet in `dist`. */
  bundle: "activity" | "limits";
  /** Read by the script and by tests from `body`. */
  view: "panel" | "compact" | "limits";
}

/** Returns a webview's HTML. Its CSP allows only this extension's scripts and styles, nothing inline or from the network. */
export function webviewHtml(webview: vscode.Webview, extensionUri: vscode.Uri, { bundle, view }: Page): string {
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const nonce = randomUUID();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file(`${bundle}.css`)}">
<title>OpenRouter Admin</title>
</head>
<body data-view="${view}">
<main></main>
<p class="loading" role="status">${vscode.l10n.t("Loading…")}</p>
<script nonce="${nonce}" src="${file(`${bundle}.js`)}"></script>
</body>
</html>`;
}

/** Returns the options of a webview: scripts enabled, resources from `dist` only. */
export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")] };
}
