import * as vscode from "vscode";
import { workspaceName } from "../../data/describeKey.ts";
import { resultsScheme } from "./resultsScheme.ts";
import { resultsText } from "./resultsText.ts";
import type { CureServices } from "./services.ts";

/** Returns the address of a run's results. */
export const resultsUri = (id: string): vscode.Uri =>
  vscode.Uri.from({ scheme: resultsScheme, path: `/${vscode.l10n.t("Key Changes")}`, query: id });

/** Opens the results of a run as a read-only document, which follows the run. */
export async function showResults(id: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(resultsUri(id));
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Reads a run's results for its document. */
export async function readResults({ sessions, journal }: CureServices, { query: id }: vscode.Uri): Promise<string> {
  const run = await journal.read(id);
  if (!run) return vscode.l10n.t("The results of these changes are no longer stored.");
  const session = sessions.current?.id === run.account ? sessions.current : undefined;
  return resultsText(run, await sessions.accountOf(run.account), (workspace) => workspaceName(session, workspace));
}
