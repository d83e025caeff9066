import * as vscode from "vscode";
import { differences, differenceText } from "../openrouter/index.ts";
import { shown } from "./shown.ts";

/** Says where OpenRouter answered a write with other values than it was asked to set: they are what is in force. */
export async function warnOfDifferences(name: string, asked: object, answered: object): Promise<void> {
  const found = differences(asked, answered).map((one) => shown(differenceText(one)));
  if (found.length === 0) return;
  await vscode.window.showWarningMessage(
    vscode.l10n.t("OpenRouter did not set all of {0} as asked: {1}", name, found.join("; ")),
  );
}
