import * as vscode from "vscode";
import { type AskedAccount, accountText } from "../platform/accountText.ts";

const CLEAR_AFTER_MS = 60_000;

/** Names the account of a secret on the clipboard, and offers to clear the clipboard after a minute, unless its content has changed by then. */
export async function offerToClearClipboard(secret: string, account: AskedAccount): Promise<void> {
  const clear = vscode.l10n.t("Clear in a Minute");
  const copied = vscode.l10n.t("The secret is on the clipboard, where other programs can read it.");
  const text = [copied, accountText(account)].filter(Boolean).join(" ");
  if ((await vscode.window.showInformationMessage(text, clear)) !== clear) return;
  setTimeout(() => void clearIfUnchanged(secret), CLEAR_AFTER_MS);
}

async function clearIfUnchanged(secret: string): Promise<void> {
  if ((await vscode.env.clipboard.readText()) !== secret) return;
  await vscode.env.clipboard.writeText("");
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) The secret was cleared from the clipboard."), 5_000);
}
