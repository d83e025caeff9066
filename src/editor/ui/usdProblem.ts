import * as vscode from "vscode";
import { parseUsd } from "./usd.ts";

/** For an input box: an amount, or empty for none. */
export function usdProblem(text: string): string | undefined {
  if (!text.trim() || parseUsd(text) !== undefined) return undefined;
  return vscode.l10n.t("An amount in USD such as 25 or 12.50, without separators of thousands; empty for no limit.");
}
