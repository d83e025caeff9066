import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import type { Account } from "./account.ts";

/** Puts the sample account in place of none; a key of one's own goes before it. The view says that it is a sample. */
export async function exploreSample(account: Account): Promise<void> {
  const t = vscode.l10n.t;
  const source = await account.source();
  if (source === "stored" || source === "environment") {
    void vscode.window.showInformationMessage(
      t("You're using your own account. Remove its key to explore the sample account."),
    );
    return;
  }
  await account.useSample();
  await account.credentials(); // started here, so that a failure to start is this command's
  await vscode.commands.executeCommand(`${viewIds.credits}.focus`);
}
