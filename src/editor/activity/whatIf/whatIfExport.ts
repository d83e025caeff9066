import * as vscode from "vscode";
import type { WhatIfReading } from "../../../openrouter/foresight/whatIf/readWhatIf.ts";
import { redact } from "../../../openrouter/text/redact.ts";
import type { NamedAccount } from "../../platform/accountText.ts";
import { saveExport } from "../../ui/saveExport.ts";
import { exportAccount } from "../exportText.ts";
import { whatIfCsv, whatIfFileName, whatIfJson } from "./whatIfExportText.ts";

/** Saves the costs on other models (all of them, unrounded) to a file that the user picks. */
export async function exportWhatIf(
  session: NamedAccount,
  reading: WhatIfReading,
  format: "csv" | "json",
): Promise<void> {
  const account = exportAccount(session);
  await saveExport({
    title: vscode.l10n.t("Export Costs on Other Models"),
    account: session,
    fileName: whatIfFileName(reading, account, format),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
    text: format === "csv" ? whatIfCsv(reading, account) : whatIfJson(reading, account),
  });
}

/** Copies the costs on other models to the clipboard as CSV. */
export async function copyWhatIf(session: NamedAccount, reading: WhatIfReading): Promise<void> {
  await vscode.env.clipboard.writeText(redact(whatIfCsv(reading, exportAccount(session))));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Copied as CSV"), 4_000);
}
