import * as vscode from "vscode";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import type { ExportedTable } from "../exportFile.ts";
import { whatIfCsv, whatIfFileName, whatIfJson } from "./whatIfExportText.ts";

/** The costs on other models, with all of them. */
export function exportedWhatIf(reading: WhatIfReading): ExportedTable {
  return {
    title: vscode.l10n.t("Export Costs on Other Models"),
    fileName: (account, format) => whatIfFileName(reading, account, format),
    csv: (account) => whatIfCsv(reading, account),
    json: (account) => whatIfJson(reading, account),
  };
}
