import * as vscode from "vscode";
import type { SpendTable } from "../../openrouter/spend/model.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { ActivityState } from "../../webview/state.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { saveExport } from "../ui/saveExport.ts";
import { exportAccount, exportFileName, toCsv, toJson } from "./exportText.ts";

/** Saves the chart's figures (all groups, unrounded) to a file that the user picks. */
export async function exportFigures(
  session: NamedAccount,
  table: SpendTable,
  state: ActivityState,
  format: "csv" | "json",
): Promise<void> {
  const account = exportAccount(session);
  await saveExport({
    title: vscode.l10n.t("Export Activity"),
    account: session,
    fileName: exportFileName(table, state, account, format),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
    text: format === "csv" ? toCsv(table, state, account) : toJson(table, state, account),
  });
}

/** Copies the chart's figures to the clipboard as CSV. */
export async function copyFigures(session: NamedAccount, table: SpendTable, state: ActivityState): Promise<void> {
  await vscode.env.clipboard.writeText(redact(toCsv(table, state, exportAccount(session))));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Copied as CSV"), 4_000);
}
