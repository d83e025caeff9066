import { homedir } from "node:os";
import * as vscode from "vscode";
import { redact } from "../../openrouter/text/redact.ts";
import { type NamedAccount, titleWithAccount } from "../platform/accountText.ts";
import { safeLabel } from "../platform/safeLabel.ts";

interface ExportOptions {
  title: string;
  account: NamedAccount;
  fileName: string;
  /** The kinds of files for the dialog, as in `{ CSV: ["csv"] }`. */
  filters: Record<string, string[]>;
  text: string;
}

/** Saves a text without secrets to a file that the user picks, and offers to open it. */
export async function saveExport({ title, account, fileName, filters, text }: ExportOptions): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const target = await vscode.window.showSaveDialog({
    title: titleWithAccount(title, account),
    saveLabel: vscode.l10n.t("Export"),
    defaultUri: vscode.Uri.joinPath(folder, fileName),
    filters,
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(redact(text)));
  const open = vscode.l10n.t("Open");
  const message = vscode.l10n.t("Exported to {0}.", safeLabel(vscode.workspace.asRelativePath(target)));
  // Not awaited: the export is done, even if the notification stays open.
  void vscode.window.showInformationMessage(message, open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand("vscode.open", target);
  });
}
