import * as vscode from "vscode";
import type { Explanation } from "../../openrouter/foresight/explain/model.ts";
import { explanationCsv, explanationFileName, explanationJson } from "./explainText.ts";
import type { ExportedTable } from "./exportFile.ts";

/** An explanation, with all causes. */
export function exportedExplanation(explanation: Explanation): ExportedTable {
  return {
    title: vscode.l10n.t("Export Explanation"),
    fileName: (account, format) => explanationFileName(explanation, account, format),
    csv: (account) => explanationCsv(explanation, account),
    json: (account) => explanationJson(explanation, account),
  };
}
