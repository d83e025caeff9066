import * as vscode from "vscode";

/** The URI scheme of readonly texts: what Git has stored, with masked secrets, and the explanation of history. */
export const leakScheme = "openrouter-leak";
/** The explanation's path; its file name is the tab's title. */
export const historyUri = (): vscode.Uri =>
  vscode.Uri.from({ scheme: leakScheme, path: `/help/${vscode.l10n.t("What Rewriting History Means")}.md` });
