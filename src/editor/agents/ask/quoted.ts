import * as vscode from "vscode";
import { quotable } from "./quotable.ts";

const MAX_NAME = 60;

/**
 * A text from the account or the agent within a sentence of ours: on one line, cut where it is long, and in quotation
 * marks that it cannot close itself.
 */
export function quoted(text: string, max = MAX_NAME): string {
  return vscode.l10n.t("“{0}”", quotable(text, max));
}
