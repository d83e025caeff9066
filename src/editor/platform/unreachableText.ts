import * as vscode from "vscode";

/** Returns why there may be no connection to OpenRouter. */
export function unreachableText(): string {
  return vscode.l10n.t("Couldn't reach OpenRouter. Check the network, the proxy and the base URL.");
}
