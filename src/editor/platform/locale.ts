import * as vscode from "vscode";
import { canonicalLocale } from "../../openrouter/text/locale.ts";

/** The display language as a tag that `Intl` accepts, English if VS Code's names no language. */
export function displayLocale(): string {
  return canonicalLocale(vscode.env.language) ?? "en";
}
