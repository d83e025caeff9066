import * as vscode from "vscode";
import { settingIds } from "../../platform/ids.ts";
import { joinFirst } from "../../platform/quoted.ts";
import { reportErrors } from "../../platform/registerCommands.ts";
import { searchesOnSave } from "../../platform/settings.ts";
import { findLeaks } from "./problems.ts";
import type { LiveContext } from "./services.ts";
import { fileName, maskedSecret } from "./texts.ts";

/** If the user likes, searches each file that is saved, and warns once of each secret in it. */
export function watchSaves(context: LiveContext): vscode.Disposable {
  const warned = new Set<string>();
  const check = (documents: readonly vscode.TextDocument[], file: vscode.Uri) => {
    if (!searchesOnSave()) return;
    void reportErrors(context.log, settingIds.leaksOnSave, async () => {
      for (const document of documents) await warn(context, document, file, warned);
    });
  };
  return vscode.Disposable.from(
    vscode.workspace.onDidSaveTextDocument((document) => check([document], document.uri)),
    vscode.workspace.onDidSaveNotebookDocument((notebook) =>
      check(
        notebook.getCells().map(({ document }) => document),
        notebook.uri,
      ),
    ),
  );
}

async function warn(
  context: LiveContext,
  document: vscode.TextDocument,
  file: vscode.Uri,
  warned: Set<string>,
): Promise<void> {
  const t = vscode.l10n.t;
  const isNew = ({ secret }: { secret: string }) => !warned.has(`${file} ${secret}`);
  const found = (await findLeaks(context, document)).filter(isNew);
  const [first] = found;
  if (!first) return;
  for (const { secret } of found) warned.add(`${file} ${secret}`);
  const labels = joinFirst([...new Set(found.map(({ secret }) => maskedSecret(secret)))]);
  const show = t("Show");
  void vscode.window
    .showWarningMessage(t("{0} was saved with an OpenRouter key in it: {1}.", fileName(file), labels), show)
    .then(async (answer) => {
      if (answer !== show) return;
      const selection = new vscode.Range(document.positionAt(first.start), document.positionAt(first.end));
      await vscode.window.showTextDocument(document, { selection });
    });
}
