import { homedir } from "node:os";
import * as vscode from "vscode";
import type { SpendTable } from "../../openrouter/spend/model.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { ActivityState } from "../../webview/state.ts";
import { type NamedAccount, titleWithAccount } from "../platform/accountText.ts";
import { safeLabel } from "../platform/safeLabel.ts";
import { type ExportAccount, exportFileName, toCsv, toJson } from "./exportText.ts";

/** Saves the chart's figures (all groups, unrounded) to a file that the user picks. */
export async function exportFigures(
  session: NamedAccount,
  table: SpendTable,
  state: ActivityState,
  format: "csv" | "json",
): Promise<void> {
  const account = exportAccount(session);
  const name = exportFileName(table, state, account, format);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const target = await vscode.window.showSaveDialog({
    title: titleWithAccount(vscode.l10n.t("Export Activity"), session),
    saveLabel: vscode.l10n.t("Export"),
    defaultUri: vscode.Uri.joinPath(folder, name),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
  });
  if (!target) return;
  const text = redact(format === "csv" ? toCsv(table, state, account) : toJson(table, state, account));
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t("Open");
  const message = vscode.l10n.t("Exported to {0}.", safeLabel(vscode.workspace.asRelativePath(target)));
  // Not awaited: the export is done, even if the notification stays open.
  void vscode.window.showInformationMessage(message, open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand("vscode.open", target);
  });
}

/** Copies the chart's figures to the clipboard as CSV. */
export async function copyFigures(session: NamedAccount, table: SpendTable, state: ActivityState): Promise<void> {
  await vscode.env.clipboard.writeText(redact(toCsv(table, state, exportAccount(session))));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Copied as CSV"), 4_000);
}

function exportAccount({ name, source }: NamedAccount): ExportAccount {
  return { name, isSample: source === "sample" };
}
