import * as vscode from "vscode";
import type { SpendTable } from "../../openrouter/spend/model.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { ActivityState } from "../../webview/state.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { saveExport } from "../ui/saveExport.ts";
import { type ExportAccount, exportAccount, exportFileName, toCsv, toJson } from "./exportText.ts";

/** A table of the panel as it is exported: everything, unrounded. */
export interface ExportedTable {
  /** The title of the dialog. */
  title: string;
  fileName(account: ExportAccount, format: "csv" | "json"): string;
  csv(account: ExportAccount): string;
  json(account: ExportAccount): string;
}

/** The chart's figures, with all groups. */
export function exportedFigures(table: SpendTable, state: ActivityState): ExportedTable {
  return {
    title: vscode.l10n.t("Export Activity"),
    fileName: (account, format) => exportFileName(table, state, account, format),
    csv: (account) => toCsv(table, state, account),
    json: (account) => toJson(table, state, account),
  };
}

/** Saves a table to a file that the user picks. */
export async function saveTable(session: NamedAccount, table: ExportedTable, format: "csv" | "json"): Promise<void> {
  const account = exportAccount(session);
  await saveExport({
    title: table.title,
    account: session,
    fileName: table.fileName(account, format),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
    text: table[format](account),
  });
}

/** Copies a table to the clipboard as CSV. */
export async function copyTable(session: NamedAccount, table: ExportedTable): Promise<void> {
  await vscode.env.clipboard.writeText(redact(table.csv(exportAccount(session))));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Copied as CSV"), 4_000);
}
