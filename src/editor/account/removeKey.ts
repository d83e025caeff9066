import * as vscode from "vscode";
import { managementKeysUrl } from "../../openrouter/links.ts";
import { confirm } from "../platform/dialogs.ts";
import type { Account } from "./account.ts";

/** Deletes the stored key after a confirmation, or leaves the sample account. */
export async function removeKey(account: Account): Promise<void> {
  const t = vscode.l10n.t;
  const source = await account.source();
  if (source === "signedOut") return void vscode.window.showInformationMessage(t("No key is stored."));
  if (source === "environment") {
    const text = t(
      "The key comes from the environment variable OPENROUTER_PROVISIONING_KEY. Unset the variable and restart VS Code.",
    );
    return void vscode.window.showInformationMessage(text);
  }
  if (source === "stored" && !(await confirmed())) return;
  await account.removeKey();
  if (source === "stored") void vscode.window.showInformationMessage(t("The key was removed from VS Code."));
}

function confirmed(): Promise<boolean> {
  const detail = vscode.l10n.t("The key stays valid. To revoke it, go to {0}", managementKeysUrl);
  return confirm(vscode.l10n.t("Remove the key from VS Code?"), vscode.l10n.t("Remove Key"), [detail]);
}
