import * as vscode from "vscode";
import type { Explanation } from "../../openrouter/foresight/explain/model.ts";
import { redact } from "../../openrouter/text/redact.ts";
import type { NamedAccount } from "../platform/accountText.ts";
import { saveExport } from "../ui/saveExport.ts";
import { explanationCsv, explanationFileName, explanationJson } from "./explainText.ts";
import { exportAccount } from "./exportText.ts";

/** Saves an explanation (all causes, unrounded) to a file that the user picks. */
export async function exportExplanation(
  session: NamedAccount,
  explanation: Explanation,
  format: "csv" | "json",
): Promise<void> {
  const account = exportAccount(session);
  await saveExport({
    title: vscode.l10n.t("Export Explanation"),
    account: session,
    fileName: explanationFileName(explanation, account, format),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
    text: format === "csv" ? explanationCsv(explanation, account) : explanationJson(explanation, account),
  });
}

/** Copies an explanation to the clipboard as CSV. */
export async function copyExplanation(session: NamedAccount, explanation: Explanation): Promise<void> {
  await vscode.env.clipboard.writeText(redact(explanationCsv(explanation, exportAccount(session))));
  vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Copied as CSV"), 4_000);
}
