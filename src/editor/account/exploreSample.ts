import * as vscode from "vscode";
import { viewIds } from "../platform/ids.ts";
import type { Account } from "./account.ts";

/** Switches to the sample account, unless the user has a key. */
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
  await account.credentials(); // start it now, so that this command reports a failure
  await vscode.commands.executeCommand(`${viewIds.credits}.focus`);
}
