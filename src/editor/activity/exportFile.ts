import { unparse } from "papaparse";
import * as vscode from "vscode";
import { currentBucket, exportRows, measures, type SpendTable } from "../../openrouter/spend/model.ts";
import { type ActivityState, viewOf } from "../../webview/state.ts";

/** What a spreadsheet would take for a formula; such a name gets an apostrophe before it. Numbers are left alone. */
const FORMULA = /^[=+\-@\t\r]/;

/** Saves what the chart shows, all groups and nothing rounded, where the person says. */
export async function exportFigures(table: SpendTable, state: ActivityState, format: "csv" | "json"): Promise<void> {
  const { groupBy } = questionOf(table, state);
  const name = `openrouter-${table.buckets[0]}-${table.buckets.at(-1)}-by-${groupBy}.${format}`.replaceAll(":", "");
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Activity"),
    saveLabel: vscode.l10n.t("Export"),
    defaultUri: folder ? vscode.Uri.joinPath(folder, name) : vscode.Uri.file(name),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
  });
  if (!target) return;
  const text = format === "csv" ? toCsv(table, state) : toJson(table, state);
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t("Open");
  const message = vscode.l10n.t("The figures are in {0}.", vscode.workspace.asRelativePath(target));
  // Not awaited: the export is done, whenever somebody reads the message.
  void vscode.window.showInformationMessage(message, open).then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand("vscode.open", target);
  });
}

/** The same as CSV, on the clipboard. */
export async function copyFigures(table: SpendTable, state: ActivityState): Promise<void> {
  await vscode.env.clipboard.writeText(toCsv(table, state));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) The figures are on the clipboard as CSV."), 4_000);
}

function questionOf(table: SpendTable, state: ActivityState) {
  return viewOf(table, state, currentBucket(table.unit, new Date())).question;
}

/** USD and counts; a figure that is not known is an empty cell. */
export function toCsv(table: SpendTable, state: ActivityState): string {
  const question = questionOf(table, state);
  const rows = exportRows(table, question).map(({ bucket, id, name, figures }) => [
    bucket,
    id ?? "",
    name ?? "(unattributed)",
    ...measures.map((measure) => figures[measure]),
  ]);
  const fields = [table.unit, `${question.groupBy}_id`, question.groupBy, ...measures];
  return `${unparse({ fields, data: rows }, { escapeFormulae: FORMULA, newline: "\n" })}\n`;
}

/** With what the figures are of and where they come from. */
export function toJson(table: SpendTable, state: ActivityState): string {
  const question = questionOf(table, state);
  const { from = 0, to = table.buckets.length } = question;
  const content = {
    unit: table.unit,
    time_zone: "UTC",
    currency: "USD",
    group_by: question.groupBy,
    filter: question.filter,
    buckets: table.buckets.slice(from, to),
    unknown: Object.fromEntries(
      measures.map((measure) => [
        measure,
        table.buckets.slice(from, to).filter((_, i) => !table.known[measure][from + i]),
      ]),
    ),
    sources: table.sources,
    notes: table.notes,
    rows: exportRows(table, question).map(({ bucket, id, name, figures }) => ({
      [table.unit]: bucket,
      id,
      name,
      ...figures,
    })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
